/*
 * What happens in a thread, one record after the other, in memory that others can read: also when the thread has been terminated.
 *
 *   │ COUNT │ FULL │ record │ record │ …          record   │ microseconds │ type │ subject │ task │ wait │ count │ size │
 *
 * The thread alone writes. A record is there when COUNT says so.
 */
export const TYPES = [
  'begin',
  'end',
  'wait',
  'waited',
  'acquire',
  'release',
  'put',
  'get',
  'set',
  'clear',
  'notify',
  'shutdown',
  'start',
  'spawn',
  'exit',
  'signal',
] as const;

export type EventType = (typeof TYPES)[number];

const NUMBERS = Object.fromEntries(TYPES.map((type, number) => [type, number])) as Record<EventType, number>;

/** A record, as it is read. */
export interface Entry {
  /** Since the program was started, in microseconds. */
  readonly at: number;
  readonly type: EventType;
  /** Numbers of the thread; -1 for none. */
  readonly subject: number;
  readonly task: number;
  readonly wait: number;
  readonly count: number;
  readonly size: number;
}

const FIELDS = 7;
const COUNT = 0;
const FULL = 1;
const HEADER_BYTES = 8;
const FIRST_RECORDS = 2 ** 10;
/** 28 MB. */
export const MOST_RECORDS: number = 2 ** 19;

const bytesFor = (records: number): number => HEADER_BYTES + 8 * FIELDS * records;

export class Log {
  readonly memory: SharedArrayBuffer;
  readonly #header: Int32Array;
  #records: Float64Array;
  #count = 0;

  constructor(most: number = MOST_RECORDS) {
    const [bytes, maxByteLength] = [bytesFor(Math.min(FIRST_RECORDS, most)), bytesFor(most)];
    this.memory = new SharedArrayBuffer(bytes, { maxByteLength });
    this.#header = new Int32Array(this.memory, 0, 2);
    this.#records = recordsOf(this.memory);
  }

  /** `false` if there is no room for it. */
  write(at: number, type: EventType, subject: number, task: number, wait = 0, count = 0, size = 0): boolean {
    const first = this.#count * FIELDS;
    if (first === this.#records.length && !this.#grow()) return false;
    const records = this.#records;
    records[first] = at;
    records[first + 1] = NUMBERS[type];
    records[first + 2] = subject;
    records[first + 3] = task;
    records[first + 4] = wait;
    records[first + 5] = count;
    records[first + 6] = size;
    Atomics.store(this.#header, COUNT, ++this.#count);
    return true;
  }

  #grow(): boolean {
    const { memory } = this;
    if (memory.byteLength === memory.maxByteLength) return this.#fill();
    try {
      memory.grow(Math.min(memory.maxByteLength, HEADER_BYTES + 2 * (memory.byteLength - HEADER_BYTES)));
    } catch {
      return this.#fill();
    }
    this.#records = recordsOf(memory);
    return true;
  }

  #fill(): false {
    Atomics.store(this.#header, FULL, 1);
    return false;
  }

  /** Forgets what was written. */
  clear(): void {
    this.#count = 0;
    Atomics.store(this.#header, COUNT, 0);
  }
}

/** A view that does not follow the growth of its buffer is quicker. */
function recordsOf(memory: SharedArrayBuffer): Float64Array {
  return new Float64Array(memory, HEADER_BYTES, (memory.byteLength - HEADER_BYTES) >> 3);
}

/** What has been written. `isFull`: there was more. */
export function readLog(memory: SharedArrayBuffer): { readonly records: Float64Array; readonly isFull: boolean } {
  const header = new Int32Array(memory, 0, 2);
  const count = Atomics.load(header, COUNT);
  return {
    records: recordsOf(memory).slice(0, FIELDS * count),
    isFull: Atomics.load(header, FULL) !== 0,
  };
}

/** When the last one was written. */
export function lastOf(records: Float64Array): number | undefined {
  return records.length === 0 ? undefined : records[records.length - FIELDS];
}

export function* entriesOf(records: Float64Array): Generator<Entry> {
  for (let first = 0; first < records.length; first += FIELDS) {
    const [at, type, subject, task, wait, count, size] = records.subarray(first, first + FIELDS) as never as number[];
    yield {
      at: at!,
      type: TYPES[type!]!,
      subject: subject!,
      task: task!,
      wait: wait!,
      count: count!,
      size: size!,
    };
  }
}
