/** What is thrown, as a text. */
export async function thrown(fn: () => unknown): Promise<string> {
  try {
    await fn();
    return 'nothing';
  } catch (error) {
    return String(error);
  }
}
