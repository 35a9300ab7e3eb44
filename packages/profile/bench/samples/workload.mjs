// Much is called, and little is done in each call: what a profiler is slowest at.
class Vector {
  constructor(x, y) {
    this.x = x;
    this.y = y;
  }
  get length() {
    return Math.sqrt(this.x * this.x + this.y * this.y);
  }
  plus(other) {
    return new Vector(this.x + other.x, this.y + other.y);
  }
}

function fibonacci(n) {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

function isPrime(n) {
  if (n < 2) return false;
  for (let i = 2; i * i <= n; i++) if (n % i === 0) return false;
  return true;
}

function isEven(n) {
  return n === 0 ? true : isOdd(n - 1);
}

function isOdd(n) {
  return n === 0 ? false : isEven(n - 1);
}

function* squares(n) {
  for (let i = 0; i < n; i++) yield i * i;
}

function cell(a, b, i, j, size) {
  let sum = 0;
  for (let k = 0; k < size; k++) sum += a[i * size + k] * b[k * size + j];
  return sum;
}

function compare(a, b) {
  return a - b;
}

function recursion() {
  return fibonacci(23);
}

function primes() {
  let count = 0;
  for (let n = 0; n < 20_000; n++) if (isPrime(n)) count++;
  return count;
}

function parity() {
  let count = 0;
  for (let i = 0; i < 200; i++) if (isEven(50)) count++;
  return count;
}

function vectors() {
  let sum = new Vector(0, 0);
  let length = 0;
  for (let i = 0; i < 25_000; i++) {
    sum = sum.plus(new Vector(i, 1));
    length += sum.length;
  }
  return length;
}

function sumOfSquares() {
  let sum = 0;
  for (const square of squares(50_000)) sum += square;
  return sum;
}

function matrix() {
  const size = 60;
  const a = Array.from({ length: size * size }, (_, i) => i % 7);
  const b = Array.from({ length: size * size }, (_, i) => i % 5);
  let sum = 0;
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) sum += cell(a, b, i, j, size);
  return sum;
}

function sorting() {
  let seed = 1;
  const numbers = Array.from({ length: 10_000 }, () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed;
  });
  return numbers.sort(compare)[0];
}

export const sections = { recursion, primes, parity, vectors, sumOfSquares, matrix, sorting };
