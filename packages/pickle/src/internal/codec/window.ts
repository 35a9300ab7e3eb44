import { corrupt } from './corrupt.ts';
import type { viewClass } from './views.ts';

/** The bytes of an array buffer, where they were read: views are made on them. Who needs the buffer itself gets a copy. */
export class Window {
  readonly #bytes: Uint8Array;
  #copied: ArrayBuffer | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  view(View: NonNullable<ReturnType<typeof viewClass>>, offset: unknown, length: unknown): ArrayBufferView {
    const size = (View as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
    const { buffer, byteOffset } = this.#bytes;
    const isInside =
      Number.isInteger(offset) &&
      Number.isInteger(length) &&
      (offset as number) >= 0 &&
      (length as number) >= 0 &&
      (offset as number) + (length as number) * size <= this.#bytes.length;
    if (!isInside) throw corrupt('has a view that is not inside of its buffer');
    const isAligned = (byteOffset + (offset as number)) % size === 0;
    return isAligned
      ? new View(buffer, byteOffset + (offset as number), length)
      : new View(this.copy(), offset, length);
  }

  copy(): ArrayBuffer {
    this.#copied ??= new Uint8Array(this.#bytes).buffer;
    return this.#copied;
  }
}
