import type { Transferable } from 'node:worker_threads';
import { checkedOptions, repr, ValueError } from '@prac/exceptions';
import { deadlineAfter } from '@prac/park';

/** Options of a blocking `put` or `get`. */
export interface BlockingOptions {
  /** `false` does not wait: `putNowait()`, `getNowait()`. @defaultValue true */
  readonly block?: boolean | 0 | 1 | null | undefined;
  /** Time limit in seconds. @defaultValue no limit */
  readonly timeout?: number | null | undefined;
  /**
   * Waits even where no other thread has the queue, and nobody could ever change it: for a signal handler that does.
   * @defaultValue false
   */
  readonly unchecked?: boolean | null | undefined;
}

/** Options of an async `put` or `get`. */
export interface QueueOptions {
  /** `false` does not wait: `putNowait()`, `getNowait()`. @defaultValue true */
  readonly block?: boolean | 0 | 1 | null | undefined;
  /** Time limit in seconds. @defaultValue no limit */
  readonly timeout?: number | null | undefined;
  /** Ends the wait: the promise rejects with its reason, nothing is put or got. */
  readonly signal?: AbortSignal | null | undefined;
}

/** Options of `put` that are about the item. */
export interface TransferOption {
  /**
   * What is handed over in place of being copied, if other threads have the queue: array buffers and message ports of the item. They
   * are of no use here as soon as it is in the queue.
   */
  readonly transfer?: Iterable<Transferable> | null | undefined;
}

export interface Limits extends TransferOption {
  readonly block: boolean;
  /** On park's clock. */
  readonly deadline: number;
  readonly signal?: AbortSignal | null | undefined;
  readonly unchecked: boolean;
}

export const FOREVER: Limits = { block: true, deadline: Number.POSITIVE_INFINITY, unchecked: false };

/** Python's programs say 0 and 1, too. */
const TRUTHS = new Set<unknown>([true, false, 0, 1, undefined, null]);

const KEYS = { async: ['block', 'timeout', 'signal'], sync: ['block', 'timeout', 'unchecked'] };
const PUT_KEYS = { async: [...KEYS.async, 'transfer'], sync: [...KEYS.sync, 'transfer'] };

type Options = QueueOptions & BlockingOptions & TransferOption;

/** Of a `put`. */
export function putLimitsOf(
  options: QueueOptions | BlockingOptions | null | undefined,
  form: 'async' | 'sync',
): Limits {
  return limitsOf(options, form, PUT_KEYS);
}

export function limitsOf(
  options: QueueOptions | BlockingOptions | null | undefined,
  form: 'async' | 'sync',
  keys: Readonly<Record<'async' | 'sync', readonly string[]>> = KEYS,
): Limits {
  if (options === undefined || options === null) return FOREVER;
  const { block, timeout, signal, unchecked, transfer } = checkedOptions(options, keys[form]) as Options;
  const list = transfer == null ? undefined : listOf(transfer);
  if (!TRUTHS.has(block)) throw new TypeError(`Expected block to be a boolean, got ${repr(block)}`);
  if (block === false || block === 0) return { block: false, deadline: 0, signal, unchecked: true, transfer: list };
  const deadline = deadlineAfter(timeout);
  if (typeof timeout === 'number' && timeout < 0) throw new ValueError("'timeout' must be a non-negative number");
  return { block: true, deadline, signal, unchecked: unchecked === true, transfer: list };
}

/** Of a `putNowait`. */
export function transferOf(options: TransferOption | null | undefined): TransferOption | undefined {
  if (options == null) return undefined;
  const { transfer } = checkedOptions(options, ['transfer']);
  return transfer == null ? undefined : { transfer: listOf(transfer) };
}

/** What in it cannot be handed over is told when it is. */
function listOf(transfer: Iterable<Transferable>): readonly Transferable[] {
  const isList = typeof transfer === 'object' && typeof transfer[Symbol.iterator] === 'function';
  const list = isList ? [...transfer] : [undefined];
  if (list.every((item) => typeof item === 'object' && item !== null)) return list as readonly Transferable[];
  throw new TypeError(`Expected transfer to be a list of ports and buffers, got ${repr(transfer)}`);
}

/** Of a wait whose only argument is the time limit: it may be a number. */
export function waitLimits(
  options: number | Pick<QueueOptions & BlockingOptions, 'timeout' | 'signal' | 'unchecked'> | null | undefined,
  form: 'async' | 'sync',
): Limits {
  const { block, ...rest } = (typeof options === 'number' ? { timeout: options } : (options ?? {})) as QueueOptions;
  if (block !== undefined) throw new TypeError(`Unknown option 'block'`);
  return limitsOf(rest, form);
}
