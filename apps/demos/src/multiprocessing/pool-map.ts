import { Pool } from '@prac/pool';

function doubler(number: number): number {
  return number * 2;
}

const numbers = [5, 10, 20];
const pool = new Pool({ processes: 3 });
const doubled = await pool.map(doubler, numbers);
console.log(`[${doubled.join(', ')}]`);
