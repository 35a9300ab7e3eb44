/** A descriptor that one object owns; -1 when it is closed or was given away. */
export class OwnedFd {
  fd: number;
  readonly #close: (fd: number) => void;

  constructor(fd: number, close: (fd: number) => void) {
    this.fd = fd;
    this.#close = close;
  }

  close(): void {
    const fd = this.fd;
    this.fd = -1;
    if (fd >= 0) this.#close(fd);
  }

  /** Somebody else closes it. */
  forget(): void {
    this.fd = -1;
  }
}

const registry = new FinalizationRegistry<OwnedFd>((owned) => owned.close());

/** Closes the descriptor when its owner was dropped without being closed, as CPython does. */
export function closeIfCollected(owner: object, owned: OwnedFd): void {
  if (owned.fd >= 0) registry.register(owner, owned);
}
