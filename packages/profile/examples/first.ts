import { profile } from '@prac/profile';

function fib(n: number): number {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

// Run as: npx prac-profile first.ts, or node --import @prac/profile/register first.ts
const sum = profile((count: number) => Array.from({ length: count }, (_, n) => fib(n)).reduce((a, b) => a + b));
console.log(sum(10)); // 88
