import { Thread } from '@prac/sync';

/** Multiplies. */
export class Computes extends Thread {
  readonly factor: number;
  readonly options: { deep: number[] };
  result: number | undefined;
  added?: Map<string, bigint>;

  constructor(factor: number, options: { deep: number[] }) {
    super();
    this.factor = factor;
    this.options = options;
  }

  override run(): void {
    this.result = this.factor * this.options.deep[0]!;
    this.options.deep.push(this.options.deep[0]! + 1);
    this.added = new Map([['a', 1n]]);
  }
}

/** Sets fields, of which one cannot travel; may end badly. */
export class Fields extends Thread {
  readonly ending: 'return' | 'throw' | 'exit' | 'late';
  good?: string;
  bad?: unknown;
  alsoGood?: number[];

  constructor(ending: Fields['ending'] = 'return') {
    super();
    this.ending = ending;
  }

  override run(): void {
    this.good = 'good';
    this.bad = new WeakMap();
    if (this.ending === 'late') setTimeout(() => this.set(), 1);
    else this.set();
    if (this.ending === 'throw') throw new Error('the end');
    if (this.ending === 'exit') process.exit(1);
  }

  set(): void {
    this.alsoGood = [1, 2];
  }
}

/** Says what it knows of another thread. */
export class Describes extends Thread {
  readonly other: Thread;
  text?: string;

  constructor(other: Thread) {
    super();
    this.other = other;
  }

  override run(): void {
    const { name, daemon } = this.other;
    this.text = `${name} ${daemon} ${this.other.isAlive()}`;
  }
}
