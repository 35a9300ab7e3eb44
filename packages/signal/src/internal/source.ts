/** What a signal does: it is caught, and noted in the control words; or one of the two things that need no handler. */
export type Disposition = 'caught' | 'ignored' | 'default';

/** Where signals come from. Each puts what came into the control words. */
export interface SignalSource {
  /** Whether signals come in while the main thread is blocked. */
  readonly reachesBlocked: boolean;
  /** Asks for a signal, of libuv in the end: it installs its handler for the first who asks. Returns 0 or an error number. */
  catch(signum: number): number;
  /**
   * A signal is no longer asked for: libuv sets the default, unless others have asked. When this returns, what came before has
   * been noted.
   */
  release(signum: number): void;
  /** Waits until every signal that was sent before has been noted. */
  sync(): void;
  /** What woke the main thread has been seen. */
  drain(): void;
  /** This process is about to send itself a signal that is caught. True if it is noted herewith: sent, it would come too late. */
  raise(signum: number): boolean;
}
