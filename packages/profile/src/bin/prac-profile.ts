#!/usr/bin/env node
import { spawn } from 'node:child_process';
import {
  accessSync,
  closeSync,
  constants as files,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { registerHooks } from 'node:module';
import { constants, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { FORMATS, type ProfileFormat } from '../internal/formats.ts';
import { type Profiled, readParts } from '../internal/part.ts';
import { isSortWord } from '../internal/sort-orders.ts';
import { tableOf } from '../internal/table-of-tree.ts';
import { chromeTrace } from '../internal/timeline/chrome-trace.ts';
import { readRecords } from '../internal/timeline/collect.ts';
import { timelineOf } from '../internal/timeline/timeline.ts';
import { timelinePage } from '../internal/timeline/timeline-page.ts';
import { VARIABLE, type Wanted } from '../internal/wanted.ts';
import { STANDSTILL } from '../internal/witness.ts';
import { MODES, type ProfileMode } from '../profile.ts';
import { Stats } from '../stats.ts';

/** For a witness to write. */
const MOMENT_MS = 1000;

const USAGE = `Usage: prac-profile [options] script [arguments]

Runs a program and prints how often its functions were called, and how long they took.

  -o, --outfile file   writes the profile there: prac-stats and Python's pstats read it
  -s, --sort key       calls, cumulative, filename, line, name, nfl, pcalls, stdname (the default), time
  -f, --format name    collapsed, speedscope, cpuprofile, callgrind, flamegraph, pprof, json: for other tools
      --flamegraph file   writes a page that shows it, beside the table
      --timeline file  writes a page that shows which thread, process and task waited for which lock
                       or queue, and held it; a file that ends in .json is a Chrome trace (Perfetto)
      --mode mode      adaptive (the default), deterministic, sampling: how times are taken
      --builtins       with the calls of built-in functions
      --threads        with the threads of the program
      --subprocesses   with the processes of Node that it starts
  -h, --help`;

const { values, positionals } = parsed();
const [script, ...rest] = positionals;
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
if (typeof registerHooks !== 'function') refuse(`Node 22.18 or newer is needed, this is ${process.version}`);
if (script === undefined) refuse('a script is missing');
const {
  sort = '-1',
  outfile,
  format,
  flamegraph,
  timeline,
  mode = 'adaptive',
  threads = false,
  subprocesses = false,
  builtins = false,
} = values;
if (format !== undefined && !Object.hasOwn(FORMATS, format)) refuse(`no such format: ${format}`);
if (!isSortWord(sort) && !/^(-1|0|1|2)$/.test(sort)) refuse(`no such key: ${sort}`);
if (!MODES.includes(mode)) refuse(`no such mode: ${mode}`);

const outputs = [outfile, flamegraph, timeline].filter((file) => file !== undefined);
for (const file of outputs) checkFile(file);
if (new Set(outputs.map((file) => resolve(file))).size < outputs.length) refuse('one file is to be written twice');

const folder = mkdtempSync(join(tmpdir(), 'prac-profile-'));
const begun = timeline === undefined ? undefined : process.hrtime();
const wanted: Wanted = { folder, mode: mode as ProfileMode, threads, subprocesses, builtins, begun };
const preload = `--import=${import.meta.resolve('@prac/profile/register')}`;
// Processes find it in the environment; one that is forked has it already.
const options = subprocesses ? { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} ${preload}` } : {};
const program = spawn(process.execPath, [...process.execArgv, ...(subprocesses ? [] : [preload]), script!, ...rest], {
  stdio: 'inherit',
  env: { ...process.env, ...options, [VARIABLE]: JSON.stringify(wanted) },
});
const told: NodeJS.Signals[] = [];
/** A program that sleeps hears no signal. It has a moment to say what has happened. */
let isStanding = false;
function endStandstill(): void {
  if (isStanding) return;
  isStanding = true;
  if (timeline !== undefined) writeFileSync(join(folder, STANDSTILL), '');
  setTimeout(() => program.kill('SIGKILL'), timeline === undefined ? 0 : MOMENT_MS);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const) {
  // Of what is typed at a terminal the program hears itself.
  const isHeard = process.stdin.isTTY && (signal === 'SIGINT' || signal === 'SIGQUIT');
  process.on(signal, () => {
    if (!isHeard) program.kill(signal);
    told.push(signal);
    if (told.length > 1 && signal !== 'SIGUSR2') endStandstill();
  });
}
process.stdout.on('error', () => {}); // who reads it has seen enough
program.on('error', (error) => end(error, 1));
program.on('exit', (code, signal) => {
  try {
    if (timeline !== undefined) writeTimeline(timeline);
    report(readParts(folder));
    end(undefined, code ?? 128 + constants.signals[isStanding ? told[0]! : signal!]);
  } catch (error) {
    end(error as Error, code || 1);
  }
});

function end(error: Error | undefined, code: number): void {
  rmSync(folder, { recursive: true });
  if (error !== undefined) console.error(`prac-profile: ${error.message}`);
  process.exitCode = code; // what is printed may be on its way
}

/** Said before the program has run for nothing. */
function checkFile(file: string): void {
  try {
    accessSync(dirname(file), files.W_OK);
    if (file === '') throw new Error('it has no name');
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder');
  } catch (error) {
    refuse(`cannot write ${JSON.stringify(file)}: ${(error as Error).message}`);
  }
}

function report({ tree, functions }: Profiled): void {
  if (tree.size === 1) {
    console.error('prac-profile: nothing was recorded');
    return;
  }
  if (format !== undefined) writeAll(FORMATS[format as ProfileFormat](tree, functions));
  else reportTable({ tree, functions });
  if (flamegraph !== undefined) writeFileSync(flamegraph, FORMATS.flamegraph(tree, functions));
}

function writeTimeline(file: string): void {
  const story = timelineOf(readRecords(folder));
  for (const name of story.full) console.error(`prac-profile: too much happened in ${name}: its end is missing`);
  if (file.endsWith('.json')) writePieces(file, chromeTrace(story));
  else writeFileSync(file, timelinePage(story));
}

function writePieces(file: string, pieces: Iterable<string>): void {
  const fd = openSync(file, 'w');
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < 2 ** 20) continue;
    writeFileSync(fd, text);
    text = '';
  }
  writeFileSync(fd, text);
  closeSync(fd);
}

function reportTable({ tree, functions }: Profiled): void {
  const isSampled = mode === 'sampling';
  const stats = new Stats({ createStats() {}, stats: tableOf(tree, functions), isSampled });
  if (outfile !== undefined) stats.dumpStats(outfile);
  else
    stats
      .stripDirs()
      .sortStats(/^-?\d+$/.test(sort) ? Number(sort) : sort)
      .printStats()
      .printWaits();
}

/** Also where standard output is a pipe, which process.exit() does not wait for. */
function writeAll(data: string | Uint8Array): void {
  if (outfile !== undefined) writeFileSync(outfile, data);
  else for (let bytes = Buffer.from(data as string); bytes.length > 0; ) bytes = bytes.subarray(writeSync(1, bytes));
}

/** Options end where the script begins. */
function parsed(): {
  values: {
    outfile?: string;
    sort?: string;
    format?: string;
    flamegraph?: string;
    timeline?: string;
    mode?: string;
    threads?: boolean;
    subprocesses?: boolean;
    builtins?: boolean;
    help?: boolean;
  };
  positionals: string[];
} {
  const args = process.argv.slice(2);
  const at = args.findIndex((arg, i) => /^(-s|--sort)$/.test(arg) && /^-\d$/.test(args[i + 1] ?? ''));
  if (at >= 0) args.splice(at, 2, `--sort=${args[at + 1]}`); // Python's `-s -1`
  const options = {
    outfile: { type: 'string', short: 'o' },
    sort: { type: 'string', short: 's' },
    format: { type: 'string', short: 'f' },
    flamegraph: { type: 'string' },
    timeline: { type: 'string' },
    mode: { type: 'string' },
    threads: { type: 'boolean' },
    subprocesses: { type: 'boolean' },
    builtins: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  try {
    const { tokens } = parseArgs({ args, options, allowPositionals: true, strict: false, tokens: true });
    const first = tokens.find(({ kind }) => kind === 'positional')?.index ?? args.length;
    const { values } = parseArgs({ args: args.slice(0, first), options, allowPositionals: false });
    return { values, positionals: args.slice(first) };
  } catch (error) {
    return refuse((error as Error).message);
  }
}

function refuse(message: string): never {
  console.error(`prac-profile: ${message}\n${USAGE}`);
  process.exit(2);
}
