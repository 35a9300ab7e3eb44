import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, release } from 'node:os';
import type { RowResult } from '../alternate.ts';

/** The sentence below a table: without it nobody can judge, or repeat, the figures. */
export function circumstances(
  results: readonly RowResult[],
  { rounds, operations }: { readonly rounds: number; readonly operations: number },
): string {
  const each = operations === 1 ? '' : ` of ${operations} operations, times per operation`;
  const versions = results.flatMap(({ name, version }) => (version === undefined ? [] : [`${name} ${version}`]));
  const parts = [
    `Node ${process.versions.node}, ${process.platform} ${process.arch} ${release()} (${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores)`,
    ...(versions.length > 0 ? [versions.join(', ')] : []),
    `median of ${rounds} alternating rounds${each}, ratio to the first row`,
    new Date().toISOString().slice(0, 10),
    ...commit(),
  ];
  return `${parts.join('; ')}.`;
}

function commit(): string[] {
  const { status, stdout } = spawnSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' });
  return status === 0 ? [`commit ${stdout.trim()}`] : [];
}
