// What all of them do.
export const increment = (n) => n + 1;
export const incrementAll = (numbers) => numbers.map(increment);
export const lengthOf = (bytes) => bytes.length;
export const same = (value) => value;

/** By their names. */
export const tasks = { increment, incrementAll, lengthOf, same };
