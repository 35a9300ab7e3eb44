import * as T from './tags.ts';

/** The class of a kind of views; none where this Node does not know it. */
export function viewClass(kind: number): (new (...args: unknown[]) => ArrayBufferView) | undefined {
  const name = T.VIEWS[kind];
  return name === undefined ? undefined : ((globalThis as Record<string, unknown>)[name] as never);
}

/** Whether a view grows with its buffer. */
export function tracksLength(view: ArrayBufferView): boolean {
  const buffer = view.buffer as ArrayBuffer;
  if (!buffer.resizable) return false;
  // It has no property that tells: a view of fixed length is out of bounds, and 0 long, where the buffer is too short for it.
  return view.byteOffset + view.byteLength === buffer.byteLength;
}
