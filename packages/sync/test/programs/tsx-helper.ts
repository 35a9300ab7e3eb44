// @ts-expect-error: an enum is no type that can be erased
export enum Colour {
  Red,
  Green,
}

export function helper(colour: Colour): string {
  return Colour[colour]!;
}
