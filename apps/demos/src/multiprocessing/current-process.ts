import { currentProcess, Process } from '@prac/pool';

/** A doubling function that can be used by a process. */
function doubler(number: number): void {
  const result = number * 2;
  console.log(
    `${number} doubled to ${result} by: ${currentProcess().name}`,
  );
}

const numbers = [5, 10, 15, 20, 25];
new Process({ target: doubler, args: [5] }); // has a name, and never starts
const children = numbers.map(
  (number) => new Process({ target: doubler, args: [number] }),
);
children.push(
  new Process({ target: doubler, name: 'Test', args: [2] }),
);
for (const child of children) child.start();
for (const child of children) await child.join();
