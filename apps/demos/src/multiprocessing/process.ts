import { Process } from '@prac/pool';

/** A doubling function that can be used by a process. */
function doubler(number: number): void {
  const result = number * 2;
  console.log(
    `${number} doubled to ${result} by process id: ${process.pid}`,
  );
}

const numbers = [5, 10, 15, 20, 25];
const children: Process[] = [];
for (const number of numbers) {
  const child = new Process({ target: doubler, args: [number] });
  children.push(child as unknown as Process);
  child.start();
}
for (const child of children) await child.join();
