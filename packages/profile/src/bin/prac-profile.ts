#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { parseArgs } from 'node:util';
import { FORMATS } from '../internal/formats.ts';
import { isSortWord } from '../internal/sort-orders.ts';

const USAGE = `Usage: prac-profile [-o file] [-s key] [-f format] script [arguments]

Runs a program and prints how often its functions were called, and how long they took.

  -o, --outfile file   writes the profile there: prac-stats and Python's pstats read it
  -s, --sort key       calls, cumulative, filename, line, name, nfl, pcalls, stdname (the default), time
  -f, --format name    collapsed, speedscope, cpuprofile, callgrind, json: for other tools
  -h, --help`;

const { values, positionals } = parsed();
const [script, ...rest] = positionals;
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
if (script === undefined) refuse('a script is missing');
const { sort = '-1', outfile, format } = values;
if (format !== undefined && !Object.hasOwn(FORMATS, format)) refuse(`no such format: ${format}`);
if (!isSortWord(sort) && !/^(-1|0|1|2)$/.test(sort)) refuse(`no such key: ${sort}`);

const register = import.meta.resolve('@prac/profile/register');
const program = spawn(process.execPath, [...process.execArgv, '--import', register, script!, ...rest], {
  stdio: 'inherit',
  env: { ...process.env, PRAC_PROFILE: JSON.stringify({ output: outfile, sort, format }) },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => program.kill(signal));
program.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal!]));

/** Options end where the script begins. */
function parsed(): {
  values: { outfile?: string; sort?: string; format?: string; help?: boolean };
  positionals: string[];
} {
  const args = process.argv.slice(2);
  const options = {
    outfile: { type: 'string', short: 'o' },
    sort: { type: 'string', short: 's' },
    format: { type: 'string', short: 'f' },
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
