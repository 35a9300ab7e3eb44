/** The longest time of a timer, in milliseconds. */
export const LONGEST_MS: number = 2 ** 31 - 1;
