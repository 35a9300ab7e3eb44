import { checkedOptions, repr } from '@prac/exceptions';
import { type WaitOptions, type WaitSyncOptions, waitLimits } from '@prac/park';
import { drive, driveSync, type Steps } from './internal/commands.ts';
import { formatOf, type Row, rowsOf } from './internal/tables.ts';
import { travels } from './internal/world.ts';

/** Nodes of a partition that are in the same state. */
export interface PartitionInfo {
  readonly partition: string;
  /** Whether jobs go there that ask for no partition. */
  readonly isDefault: boolean;
  readonly isUp: boolean;
  /** `idle`, `allocated`, `mixed`, `down`, `drained`; with `*` if the node does not answer. */
  readonly state: string;
  readonly nodes: number;
  readonly nodeList: string;
  readonly cpus: { readonly allocated: number; readonly idle: number; readonly other: number; readonly total: number };
  /** Bytes of each node. */
  readonly memory: number;
  readonly features: string;
  readonly gres: string;
}

/** Which of them. */
export interface SinfoOptions {
  readonly partition?: string | readonly string[] | null | undefined;
  readonly states?: string | readonly string[] | null | undefined;
  readonly nodes?: string | readonly string[] | null | undefined;
}

const FIELDS = [
  'Partition',
  'Available',
  'StateLong',
  'Nodes',
  'NodeList',
  'CPUsState',
  'Memory',
  'Features',
  'Gres',
] as const;

const OPTIONS = ['partition', 'states', 'nodes'];

function* sinfoSteps(options?: SinfoOptions | null): Steps<PartitionInfo[]> {
  const argv = ['-h', '-O', formatOf(FIELDS)];
  for (const [key, value] of Object.entries(checkedOptions(options, OPTIONS))) {
    if (value === undefined || value === null) continue;
    const all = [value].flat() as unknown[];
    for (const it of all)
      if (typeof it !== 'string') throw new TypeError(`Expected ${key} to be a string, got ${repr(it)}`);
    argv.push(`--${key}=${all.join(',')}`);
  }
  const { stdout } = yield { argv: ['sinfo', ...argv] };
  return rowsOf(FIELDS, stdout).map(infoOf);
}

function infoOf(row: Row<(typeof FIELDS)[number]>): PartitionInfo {
  const [allocated = 0, idle = 0, other = 0, total = 0] = row.CPUsState.split('/').map(Number);
  return {
    partition: row.Partition.replace(/\*$/, ''),
    isDefault: row.Partition.endsWith('*'),
    isUp: row.Available === 'up',
    state: row.StateLong,
    nodes: Number(row.Nodes),
    nodeList: row.NodeList,
    cpus: { allocated, idle, other, total },
    memory: Number.parseInt(row.Memory, 10) * 2 ** 20,
    features: row.Features === '(null)' ? '' : row.Features,
    gres: row.Gres === '(null)' ? '' : row.Gres,
  };
}

/** What partitions there are, and how their nodes are. */
export async function sinfo(options?: (SinfoOptions & WaitOptions) | null): Promise<PartitionInfo[]> {
  const { timeout, signal, ...filters } = checkedOptions(options, [...OPTIONS, 'timeout', 'signal']);
  return drive(sinfoSteps(filters), waitLimits({ timeout, signal }, 'async'));
}

/** Blocking form of {@link sinfo}. */
export function sinfoSync(options?: (SinfoOptions & WaitSyncOptions) | null): PartitionInfo[] {
  const { timeout, ...filters } = checkedOptions(options, [...OPTIONS, 'timeout']);
  return driveSync(sinfoSteps(filters), waitLimits({ timeout }, 'sync'));
}

travels('sinfo', sinfo);
travels('sinfoSync', sinfoSync);
