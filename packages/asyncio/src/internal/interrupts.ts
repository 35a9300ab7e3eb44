import { KeyboardInterrupt, SystemExit } from '@prac/exceptions';

/** Whether it ends the program, whoever it is thrown to. */
export function isInterrupt(error: unknown): boolean {
  return error instanceof KeyboardInterrupt || error instanceof SystemExit;
}
