import { Profile } from '@prac/profile';
import { instrumented } from '../instrumented.ts';

await instrumented();

function doProfile<Args extends readonly unknown[], Result>(
  fn: (...args: Args) => Result,
): (...args: Args) => Result {
  return (...args) => {
    const profile = new Profile();
    try {
      profile.enable();
      const result = fn(...args);
      profile.disable();
      return result;
    } finally {
      profile.printStats();
    }
  };
}

function fib(n: number): number {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

const sumOfFibs = doProfile(function sumOfFibs(count: number): number {
  let sum = 0;
  for (let n = 0; n < count; n++) sum += fib(n);
  return sum;
});

console.log('The sum is', sumOfFibs(10));
