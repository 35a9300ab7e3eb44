// Exports that a promise would call, or wait for.
export const ready = Promise.resolve(42);
export const query = {
  rows: 3,
  // biome-ignore lint/suspicious/noThenProperty: this is what is looked at
  then() {
    throw new Error('was called');
  },
};
