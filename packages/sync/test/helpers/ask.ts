import { Thread } from '@prac/sync';

/** A thread that keeps what its function has returned, or thrown. */
export class Asking<Answer> extends Thread {
  question: (...args: never[]) => Answer;
  given: readonly unknown[];
  answer?: Awaited<Answer>;
  error?: unknown;

  constructor(question: (...args: never[]) => Answer, given: readonly unknown[] = [], daemon = false) {
    super({ daemon });
    this.question = question;
    this.given = given;
  }

  override async run(): Promise<void> {
    try {
      this.answer = await this.question(...(this.given as never[]));
    } catch (error) {
      this.error = error;
    }
  }
}

/** Runs a function in a thread; gives what it has returned, or throws what it has thrown. */
export async function ask<Args extends readonly unknown[], Answer>(
  question: (...args: Args) => Answer,
  ...args: Args
): Promise<Awaited<Answer>> {
  const thread = new Asking<Answer>(question as never, args);
  thread.start();
  await thread.join();
  if (thread.error !== undefined) throw thread.error;
  return thread.answer as Awaited<Answer>;
}

/** What a function throws: class and text. */
export function thrown(fn: () => unknown): string {
  try {
    return `nothing: ${String(fn())}`;
  } catch (error) {
    return String(error);
  }
}
