import { KeyboardInterrupt, SystemExit } from '@prac/exceptions';

/** Whether it ends the program, whoever it is thrown to. */
export function isInterrupt(error: unknown): boolean {
  try {
    return error instanceof KeyboardInterrupt || error instanceof SystemExit;
  } catch {
    return false; // it cannot even be asked: a proxy that was revoked
  }
}
