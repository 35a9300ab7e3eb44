import { spawnSync } from 'node:child_process';

const interpreter = 'python3';

/** Whether there is a CPython to compare with; 3.11 is the first with exception groups. */
export const hasPython: boolean =
  spawnSync(interpreter, ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))'], { stdio: 'ignore' }).status === 0;

/**
 * Runs a Python program.
 *
 * @param program - Finds its input, parsed from JSON, in `data` and leaves its answer in `answer`.
 * @param data - Anything that JSON can hold; lone surrogates included.
 */
export function python<Answer>(program: string, data: unknown = null): Answer {
  const source = `import json, sys\ndata = json.load(sys.stdin)\n${program}\nprint(json.dumps(answer))`;
  const result = spawnSync(interpreter, ['-c', source], {
    input: JSON.stringify(data),
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
  });
  if (result.status !== 0) throw new Error(`Python failed: ${result.error ?? result.stderr}`);
  return JSON.parse(result.stdout) as Answer;
}
