import { spawnSync } from 'node:child_process';

/** A CPython of this machine. */
export interface Python {
  /** The program to start. */
  readonly command: string;
  /** For example `[3, 13]`. */
  readonly version: readonly [major: number, minor: number];
}

/** Options of {@link python}. */
export interface PythonOptions {
  /** The interpreter. @defaultValue `python3` */
  readonly interpreter?: Python;
}

const ASK = 'import sys; print(*sys.version_info[:2])';
const asked = new Map<string, Python | undefined>();

/**
 * Lists the CPythons of this machine: `python3` first, then `python3.11` and later, each version once.
 *
 * @returns Those that start; empty where there is none.
 */
export function pythonVersions(): readonly Python[] {
  const pythons = new Map<string, Python>();
  for (const name of ['python3', 'python3.11', 'python3.12', 'python3.13', 'python3.14', 'python3.15']) {
    const interpreter = ask(name);
    const version = String(interpreter?.version);
    if (interpreter && !pythons.has(version)) pythons.set(version, interpreter);
  }
  return [...pythons.values()];
}

/**
 * Tells whether there is a CPython to compare with.
 *
 * @param atLeast - The oldest version that serves; 3.11 is the first with exception groups.
 * @returns Whether `python3`, which {@link python} starts, is such a one.
 */
export function hasPython(atLeast: Python['version'] = [3, 11]): boolean {
  const version = ask('python3')?.version;
  return version !== undefined && (version[0] - atLeast[0] || version[1] - atLeast[1]) >= 0;
}

/**
 * Runs a Python program.
 *
 * @param program - Finds its input, parsed from JSON, in `data` and leaves its answer in `answer`.
 * @param data - Anything that JSON can hold; lone surrogates included.
 * @param options - Which interpreter.
 * @returns The answer, by way of JSON.
 * @throws {Error} with what Python wrote, if it fails.
 */
export function python<Answer>(program: string, data: unknown = null, options: PythonOptions = {}): Answer {
  const command = options.interpreter?.command ?? 'python3';
  const source = `import json, sys\ndata = json.load(sys.stdin)\n${program}\nprint(json.dumps(answer))`;
  const result = spawnSync(command, ['-c', source], {
    input: JSON.stringify(data),
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
  });
  if (result.status !== 0) throw new Error(`Python failed: ${result.error ?? result.stderr}`);
  return JSON.parse(result.stdout) as Answer;
}

/** Asks a command for its version, once per thread. */
function ask(command: string): Python | undefined {
  if (!asked.has(command)) {
    const { status, stdout } = spawnSync(command, ['-c', ASK], { encoding: 'utf8' });
    const [major = 0, minor = 0] = status === 0 ? stdout.trim().split(' ').map(Number) : [];
    asked.set(command, status === 0 ? { command, version: [major, minor] } : undefined);
  }
  return asked.get(command);
}
