import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** A file that tests and tasks wait for: a word that reaches every process. */
export class Signal {
  readonly path: string;

  constructor(name: string) {
    this.path = resolve(name);
  }

  set(): void {
    writeFileSync(this.path, '');
  }

  get isSet(): boolean {
    return existsSync(this.path);
  }

  async wait(): Promise<void> {
    await untilFile(this.path);
  }
}

/** A task may be given this: it travels by value. */
export async function untilFile(path: string): Promise<void> {
  const { existsSync } = await import('node:fs');
  while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 10));
}
