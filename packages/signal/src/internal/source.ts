/** Where signals come from. Each puts what came into the words of the control words. */
export interface SignalSource {
  /** Whether handlers can run while the main thread is blocked. */
  readonly reachesBlocked: boolean;
  /** Asks for a signal; when it returns the signal no longer does what it does by itself. Returns 0 or an error number. */
  start(signum: number): number;
  /** Waits until every signal that came before has been noted. */
  sync(): void;
  /** What woke the main thread has been seen. */
  drain(): void;
  /** From now on the signal does again what it does by itself. */
  stop(signum: number): void;
}
