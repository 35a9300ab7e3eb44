// TypeScript, stripped by Node or compiled by tsx.
import { dumps, loadsSync } from '@prac/pickle';

interface Shape {
  readonly sides: number;
}
const k: number = 7;
class Square implements Shape {
  readonly sides: number = 4;
  private readonly side: number;
  constructor(side: number) {
    this.side = side;
  }
  area<T extends number>(scale: T): number {
    return this.side ** 2 * scale + (k as number);
  }
}
const copy = loadsSync(dumps({ square: new Square(3), fn: <T>(x: T, n: number): [T, number] => [x, n * k] })) as {
  square: Square;
  fn: (x: string, n: number) => [string, number];
};
console.log(copy.square.area(2), copy.fn('a', 3), copy.square instanceof Square);
