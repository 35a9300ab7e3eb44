import { Pool } from '@prac/pool';

function doubler(number: number): number {
  return number * 2;
}

const pool = new Pool({ processes: 3 });
const result = pool.applyAsync(doubler, [25]);
console.log(await result.get(10));
