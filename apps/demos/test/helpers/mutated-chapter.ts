import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PresentChapter, Scenario } from '../../src/framework/chapter.ts';

// Beside the chapters, so that the programs find what they import.
const SCRATCH = join(import.meta.dirname, '..', '..', 'src', '.scratch-');

/** A copy of a chapter's folder in which one scenario has its mutation. */
export class MutatedChapter implements Disposable {
  readonly folder: string = mkdtempSync(SCRATCH);
  /** The changed program, before and after. */
  readonly before: string;
  readonly after: string;

  constructor(chapter: PresentChapter, scenario: Scenario) {
    const { file = `${scenario.name}.ts`, replace, by } = scenario.mutation;
    cpSync(chapter.folder, this.folder, { recursive: true });
    const program = join(this.folder, file);
    this.before = readFileSync(program, 'utf8');
    this.after = this.before.replaceAll(replace, by);
    writeFileSync(program, this.after);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}
