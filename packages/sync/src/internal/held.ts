/** A lock that is held: what `hold()` gives. Disposing of it releases, once. */
export class Held implements Disposable, AsyncDisposable {
  #release: (() => void) | undefined;

  constructor(release: () => void) {
    this.#release = release;
  }

  [Symbol.dispose](): void {
    const release = this.#release;
    this.#release = undefined;
    release?.();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return new Promise((resolve) => {
      this[Symbol.dispose]();
      resolve();
    });
  }
}
