import { BroadcastChannel, type MessagePort, receiveMessageOnPort, threadId } from 'node:worker_threads';
import type { FunctionKey } from './function-key.ts';

/*
 * What threads tell the main thread, which has it whatever becomes of them: above all where in shared memory they write.
 *
 *   log        what happens in the thread, and what it is about: see timeline/log.ts, timeline/names.ts
 *   tree       its tree of calls, as of an era, and what a sampler sees: see call-tree.ts, sampler.ts
 *   functions  those that were instrumented: they have numbers in the tree
 *   ended      it has left all that it has to leave
 */
export type Notice = { readonly thread: number } & (
  | { readonly kind: 'log'; readonly memory: SharedArrayBuffer; readonly names: SharedArrayBuffer }
  | {
      readonly kind: 'tree';
      readonly memory: SharedArrayBuffer;
      readonly era: number;
      readonly seen: SharedArrayBuffer;
    }
  | { readonly kind: 'functions'; readonly first: number; readonly keys: readonly FunctionKey[] }
  | { readonly kind: 'ended' }
);

/** What something happens to. */
export interface Subject {
  readonly kind: string;
  readonly id: string;
  readonly name?: string | undefined;
}

type WithoutThread<Any> = Any extends unknown ? Omit<Any, 'thread'> : never;
export type Told = WithoutThread<Notice>;

const CHANNEL = 'prac.profile/1';

/** How a thread tells the main thread. */
export function noticesToMain(): (told: Told) => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.unref();
  return (told) => channel.postMessage({ ...told, thread: threadId });
}

/**
 * In the main thread: what the others tell.
 *
 * @returns Takes what has come while the event loop did not turn.
 */
export function receiveNotices(take: (notice: Notice) => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.unref();
  channel.onmessage = (event) => take((event as { readonly data: Notice }).data);
  return () => {
    for (;;) {
      const received = receiveMessageOnPort(channel as unknown as MessagePort);
      if (received === undefined) return;
      take(received.message as Notice);
    }
  };
}
