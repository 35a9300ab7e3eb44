import { RuntimeError } from './runtime-error.ts';

/** What can be named by a pickle, and the state of a package's files, by their names. */
interface Kept {
  readonly exports: Record<string, unknown>;
  readonly states: Map<string, unknown>;
}

/**
 * What a package keeps in each JavaScript world (a thread has one): on globalThis, under the layout's version, so that two copies of the
 * package in one program share it.
 *
 * @internal
 */
export class World {
  readonly #about: { readonly module: string; readonly from: string; readonly world: string };
  readonly #key: symbol;

  /**
   * @param module - The package's name.
   * @param layout - The version of what is kept: `prac.queue/1`.
   * @param from - The URL of a module that can import the package.
   */
  constructor(module: string, layout: string, from: string) {
    this.#about = { module, from, world: layout };
    this.#key = Symbol.for(layout);
  }

  /** State that all copies of the package in this world share. */
  readonly shared = <State>(name: string, create: () => State): State => {
    const { states } = this.#kept();
    if (!states.has(name)) states.set(name, create());
    return states.get(name) as State;
  };

  /**
   * Lets a function or class travel by its name: who receives it takes its own. (Pickle's protocol for who does not import it.)
   *
   * @param module - By whose import it is there. @defaultValue the package
   */
  readonly travels = <Value extends object>(name: string, value: Value, module: string = this.#about.module): Value => {
    const reference = { ...this.#about, module, path: [name] };
    Object.defineProperty(value, Symbol.for('prac.pickle.reference'), { value: reference, configurable: true });
    Object.defineProperty(value, 'name', { value: name, configurable: true }); // bundlers rename
    this.#kept().exports[name] ??= value;
    return value;
  };

  /** Has all of the package in this world, also what nobody has imported here. */
  readonly offer = (all: Readonly<Record<string, unknown>>): void => {
    const { exports } = this.#kept();
    for (const [name, value] of Object.entries(all)) exports[name] ??= value;
  };

  /** What is done when this thread ends: one listener of Node's for all of a package. */
  get atExit(): Set<() => void> {
    return this.shared('atExit', () => {
      const all = new Set<() => void>();
      process.once('exit', () => {
        for (const fn of all) fn();
      });
      return all;
    });
  }

  /**
   * The file of one of the package's programs: what a process, or a thread, is started with.
   *
   * @throws {RuntimeError} if the package is not beside what runs: in a bundle.
   */
  readonly programOf = (name: string): string => {
    const { createRequire } = process.getBuiltinModule('node:module');
    const { dirname, join } = process.getBuiltinModule('node:path');
    const { module, from } = this.#about;
    // A bundle in CommonJS has no URL.
    const here = from ?? `${process.argv[1] ?? process.cwd()}/`;
    let folder: string;
    try {
      folder = dirname(createRequire(here).resolve(`${module}/package.json`));
    } catch (cause) {
      throw new RuntimeError(`the programs of ${module} are not here: a bundle needs the package beside it`, { cause });
    }
    return here.endsWith('.ts') ? join(folder, `src/programs/${name}.ts`) : join(folder, `dist/programs/${name}.js`);
  };

  #kept(): Kept {
    const worlds = globalThis as unknown as Record<symbol, Kept | undefined>;
    let kept = worlds[this.#key];
    if (kept === undefined) worlds[this.#key] = kept = { exports: {}, states: new Map() };
    return kept;
  }
}
