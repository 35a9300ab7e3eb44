import { join } from 'node:path';

export const double = (n) => n * 2;
export function add(a, b) {
  return a + b;
}
export class Point {
  constructor(x, y) {
    this.x = x;
    this.y = y;
  }
  get length() {
    return Math.hypot(this.x, this.y);
  }
  static origin() {
    return new Point(0, 0);
  }
}
export const ops = { triple: (n) => 3 * n, deep: { half: (n) => n / 2 } };
export default function named(x) {
  return join('a', x);
}
const hidden = (n) => n + 100;
export const throughHidden = [(n) => hidden(n)];
export class AppError extends Error {
  name = 'AppError';
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}
