import type { MessagePort } from 'node:worker_threads';
import type * as Layout from './control.ts';

/** What the signal thread is given. */
export interface ThreadData {
  readonly koffi: string;
  readonly words: Int32Array;
  /** The port through which the memories come that the main thread sleeps on. */
  readonly port: MessagePort;
  /** An eventfd: written to, the main thread's loop and its poll(2) wake. */
  readonly eventFd: number;
  readonly layout: typeof Layout;
  readonly signals: number;
}

/**
 * The program of the signal thread. It travels as its own text: nothing of this file is there.
 *
 * libuv delivers each signal to every loop that asked for it. This thread's loop is one of its own, not Node's, which never
 * turns here.
 *
 *   poll(2) on the loop ──> uv_run ── a signal ──> onSignal: the words, the wake-up descriptor, the eventfd, whoever is blocked
 *                                 └── uv_async_send ──> WANTED is compared with what is started; or STOP
 *
 * It ends by itself when it is told, and says so. A process that ends without a word (its exit listeners were removed, one of
 * them failed) terminates the thread, which sees that only when it is in JavaScript: so poll(2) has a time limit. What libuv
 * knows of is never freed, and left as it is at the end: from then on a signal that is caught comes to nothing.
 */
export function signalThread(data: ThreadData, require: NodeJS.Require): void {
  const { words, port, eventFd, layout: L, signals } = data;
  const { receiveMessageOnPort } = require('node:worker_threads') as typeof import('node:worker_threads');
  // biome-ignore lint/suspicious/noExplicitAny: koffi is an optional dependency, its types may not be there
  const koffi: any = require(data.koffi);
  const library = koffi.load(null);
  const pointer = 'void *';
  const loopInit = library.func('uv_loop_init', 'int', [pointer]);
  const loopSize = library.func('uv_loop_size', 'size_t', []);
  const handleSize = library.func('uv_handle_size', 'size_t', ['int']);
  const signalInit = library.func('uv_signal_init', 'int', [pointer, pointer]);
  const signalStart = library.func('uv_signal_start', 'int', [pointer, pointer, 'int']);
  const signalStop = library.func('uv_signal_stop', 'int', [pointer]);
  const asyncInit = library.func('uv_async_init', 'int', [pointer, pointer, pointer]);
  const run = library.func('uv_run', 'int', [pointer, 'int']);
  const backendFd = library.func('uv_backend_fd', 'int', [pointer]);
  const calloc = library.func('calloc', pointer, ['size_t', 'size_t']);
  const poll = library.func('poll', 'int', [pointer, 'ulong', 'int']);
  const write = library.func('write', 'int64_t', ['int', pointer, 'size_t']);
  const [UV_ASYNC, UV_SIGNAL, UV_RUN_NOWAIT, POLLIN, TICK_MS] = [1, 16, 2, 1, 250];

  // Not smaller: V8 keeps small arrays on its own heap, where they move.
  const one = Buffer.alloc(128);
  one.writeBigUInt64LE(1n);
  const byte = Buffer.alloc(128);
  const memories = new Map<number, Int32Array>();

  const takeMemories = (): void => {
    for (;;) {
      const received = receiveMessageOnPort(port) as
        | { message: { id: number; buffer: SharedArrayBuffer; dropped: number } }
        | undefined;
      if (received === undefined) return;
      const { id, buffer, dropped } = received.message;
      memories.set(id, buffer.growable ? new Int32Array(buffer) : new Int32Array(buffer, 0, buffer.byteLength >> 2));
      memories.delete(dropped);
    }
  };
  const notifyParked = (id: number): void => {
    if (!memories.has(id)) takeMemories();
    const memory = memories.get(id);
    const index = Atomics.load(words, L.PARKED_INDEX); // perhaps already that of another memory
    if (memory !== undefined && index < memory.length) Atomics.notify(memory, index);
  };
  // The main thread may have been on its way to sleep and not asleep yet: it is woken again until it has seen the signal. In
  // between this thread sleeps, so that it does not keep the processor on which the main thread is to wake.
  const insist = (): void => {
    for (let patience = 0.05; Atomics.load(words, L.DUE) !== 0; patience = Math.min(patience * 2, 1)) {
      const id = Atomics.load(words, L.PARKED);
      if (id === 0 || Atomics.load(words, L.STOP) !== 0) return;
      if (Atomics.wait(words, L.PARKED, id, patience) === 'timed-out') notifyParked(id);
    }
  };
  const writeWakeupByte = (signum: number): void => {
    const fd = Atomics.load(words, L.WAKEUP_FD);
    if (fd < 0) return;
    byte[0] = signum;
    if (Number(write(fd, byte, 1)) < 0) Atomics.store(words, L.WAKEUP_ERROR, koffi.errno());
  };
  const onSignal = (_handle: unknown, signum: number): void => {
    const wasHeld = Atomics.load(words, L.HELD + signum) !== 0;
    if (!wasHeld) writeWakeupByte(signum); // first: it is there when the handler runs
    Atomics.store(words, L.PENDING + signum, 1);
    // Only now: whoever lets it through has not seen it pending, or is seen here.
    const isDue = Atomics.load(words, L.HELD + signum) === 0;
    if (isDue) Atomics.store(words, L.DUE, 1);
    if (isDue && wasHeld) writeWakeupByte(signum);
    const parked = Atomics.load(words, L.PARKED);
    if (isDue && parked !== 0) notifyParked(parked);
    Atomics.add(words, L.SEQUENCE, 1);
    Atomics.notify(words, L.SEQUENCE);
    if (isDue) write(eventFd, one, 8);
    insist();
  };

  const loop = calloc(1, Number(loopSize()));
  loopInit(loop);
  const callback = koffi.register(
    onSignal,
    koffi.pointer(koffi.proto('void prac_on_signal(void *handle, int signum)')),
  );
  const wake = calloc(1, Number(handleSize(UV_ASYNC)));
  asyncInit(loop, wake, null);
  const handles = new Map<number, unknown>();
  const started = new Set<number>();
  const watched = Buffer.alloc(128); // a struct pollfd
  watched.writeInt32LE(Number(backendFd(loop)), 0);
  watched.writeInt16LE(POLLIN, 4);

  const handleOf = (signum: number): unknown => {
    const known = handles.get(signum);
    if (known !== undefined) return known;
    const handle = calloc(1, Number(handleSize(UV_SIGNAL)));
    signalInit(loop, handle);
    handles.set(signum, handle);
    return handle;
  };
  const apply = (): void => {
    const asked = Atomics.load(words, L.ASKED);
    run(loop, UV_RUN_NOWAIT); // what came until now is seen before anything is answered, or stopped
    for (let signum = 1; signum < signals; signum++) {
      const wanted = Atomics.load(words, L.WANTED + signum) !== 0;
      if (wanted === started.has(signum)) continue;
      if (wanted) {
        const error = Number(signalStart(handleOf(signum), callback, signum));
        Atomics.store(words, L.REFUSED + signum, error);
        if (error === 0) started.add(signum);
      } else {
        signalStop(handleOf(signum));
        started.delete(signum);
      }
    }
    Atomics.store(words, L.APPLIED, asked);
    Atomics.notify(words, L.APPLIED);
  };

  const address = BigInt(koffi.address(wake));
  Atomics.store(words, L.ASYNC_LOW, Number(address & 0xffffffffn) | 0);
  Atomics.store(words, L.ASYNC_HIGH, Number(address >> 32n) | 0);
  apply();
  Atomics.store(words, L.STATE, 1);
  Atomics.notify(words, L.STATE);
  while (Atomics.load(words, L.STOP) === 0) {
    run(loop, UV_RUN_NOWAIT);
    takeMemories();
    if (Atomics.load(words, L.ASKED) !== Atomics.load(words, L.APPLIED)) apply();
    else poll(watched, 1, TICK_MS);
  }
  Atomics.store(words, L.STATE, 2);
  Atomics.notify(words, L.STATE);
  process.exit(0);
}
