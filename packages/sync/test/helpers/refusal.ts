/** What a call throws, as text. */
export function refusal(fn: () => unknown): string {
  try {
    return `no error, but ${fn()}`;
  } catch (error) {
    return String(error);
  }
}

/** What a promise is rejected with, or its call throws, as text. */
export async function refusalOf(fn: () => unknown): Promise<string> {
  try {
    return `no error, but ${await fn()}`;
  } catch (error) {
    return String(error);
  }
}
