import { accessSync, constants as fsConstants, statSync } from 'node:fs';
import { constants } from 'node:os';
import { OSError, ValueError } from '@prac/exceptions';
import { block, type Steps } from '@prac/park';
import type { Command, PopenOptions } from '../options.ts';
import { parseCommand, toBytes, toText } from './command.ts';
import { engine } from './engines/choose.ts';
import type { Bytes, Child, Engine, Launch } from './engines/engine.ts';
import { environmentEntries } from './environment.ts';
import { findExecutable } from './find-executable.ts';
import { type Settings, settingsOf } from './settings.ts';
import { openStdio, type Stdio } from './stdio.ts';
import { type Report, wrapCommand, wrapperOf } from './wrap.ts';

/** Everything that is needed to launch a child. */
export interface Prepared {
  readonly engine: Engine;
  readonly launch: Launch;
  readonly stdio: Stdio;
  readonly settings: Settings;
  /** Whether the child will lead a process group of its own. */
  readonly leadsGroup: boolean;
  /** How a wrapped program tells that it may not be executed. */
  readonly report: Report | undefined;
  /** The error for an errno of the launch. */
  failure(errno: number): OSError;
}

/** A child that was started, and what it was started with. */
export interface Started extends Prepared {
  readonly child: Child;
}

/*
 * From the arguments of Popen to a running child:
 *
 *   check the options ──> find the program ──> open the pipes ──> launch ──> close the child's ends
 *   └──────────────────── prepare ───────────────────────────┘    └──────── start ─────────────┘
 *
 * Nothing is left open where a step fails.
 */

/** @param ownGroup - Put the child into a process group of its own if the options leave it open. */
export function prepare(command: Command, options: PopenOptions, ownGroup: boolean): Prepared {
  const settings = settingsOf(options);
  const chosen = engine();
  const { argv, program } = parseCommand(command, options.shell ?? false, options.executable);
  const cwd = options.cwd == null ? undefined : toBytes(options.cwd);
  const env = environmentEntries(options.env);
  const newSession = options.startNewSession ?? false;
  const processGroup = groupOf(
    chosen,
    options.dieWithParent === true,
    settings,
    newSession,
    ownGroup || wantsGroup(options),
  );

  const { report, ...found } = locate(chosen, program, argv, options.env, settings, cwd);
  try {
    const stdio = openStdio(chosen.kernel, options);
    setPipeSizes(chosen, stdio, settings.pipesize);
    const launch: Launch = {
      ...(stdio.mergeInEngine ? mergeStderr(found) : found),
      env,
      cwd,
      stdio: stdio.connections.map(({ childEnd }) => childEnd) as unknown as Launch['stdio'],
      closeFds: settings.closeFds,
      passed: [...settings.passFds.map((fd) => [fd, fd] as const), ...(report?.passed ?? [])],
      newSession,
      processGroup,
      restoreSignals: options.restoreSignals ?? true,
    };
    const leadsGroup = newSession || processGroup === 0;
    const failure = (errno: number): OSError => startError(errno, program, cwd);
    return { engine: chosen, launch, stdio, settings, leadsGroup, report, failure };
  } catch (error) {
    report?.close();
    throw error;
  }
}

/** Starts a child. @throws what Popen's constructor throws. */
export function start(command: Command, options: PopenOptions, ownGroup: boolean): Started {
  const prepared = prepare(command, options, ownGroup);
  const { engine: chosen, launch, stdio, report, failure } = prepared;
  try {
    const child = chosen.launch(launch);
    if (typeof child === 'number') throw failure(-child);
    if (report?.isRefusal()) {
      block(collect(child));
      throw failure(constants.errno.EACCES);
    }
    stdio.started();
    return { ...prepared, child };
  } catch (error) {
    stdio.abandon();
    throw error;
  } finally {
    report?.close();
  }
}

function wantsGroup({ killTree, dieWithParent }: PopenOptions): boolean {
  return killTree === true || dieWithParent === true;
}

function groupOf(
  chosen: Engine,
  dies: boolean,
  { processGroup }: Settings,
  newSession: boolean,
  wanted: boolean,
): number | undefined {
  if (processGroup === undefined) return wanted && !newSession ? 0 : undefined;
  if (dies && processGroup !== 0)
    throw new ValueError('dieWithParent needs a process group of its own: processGroup must be 0');
  if (processGroup === 0 || chosen.joinsGroups) return processGroup;
  throw new ValueError(
    `processGroup can only be 0 with the engine ${chosen.name} (a group that is there already needs koffi)`,
  );
}

interface Program extends Pick<Launch, 'candidates' | 'argv'> {
  /** How a wrapped program tells that it may not be executed. */
  readonly report?: Report;
}

/** The files to try; the command wrapped, if it is to run as somebody else. */
function locate(
  chosen: Engine,
  program: Bytes,
  argv: readonly Bytes[],
  env: PopenOptions['env'],
  settings: Settings,
  cwd: Bytes | undefined,
): Program {
  const find = (name: Bytes, path: string | undefined): readonly Bytes[] => {
    const candidates = findExecutable(chosen.kernel, name, path);
    if (typeof candidates === 'number') throw startError(-candidates, name, cwd);
    return candidates;
  };
  const candidates = find(program, env == null ? process.env.PATH : env.PATH);
  const wrapper = wrapperOf(settings);
  if (wrapper === undefined) return { candidates, argv };
  // The wrapper would tell of a missing program only by its exit status.
  const answer = chosen.kernel.executable(candidates[0]!);
  if (answer < 0 && cwd === undefined) throw startError(-answer, program, cwd);
  const wrapperFiles = find(wrapper, process.env.PATH);
  return { candidates: wrapperFiles, ...wrapCommand(chosen.kernel, settings, candidates[0]!, argv.slice(1)) };
}

/** Waits for a child that is about to end. */
function* collect(child: Child): Steps<void> {
  while (child.poll() === undefined) yield { on: [child], deadline: Number.POSITIVE_INFINITY };
}

/** Where the engine makes the pipes, the shell joins stderr to stdout. */
function mergeStderr({ candidates, argv }: Program): Program {
  if (process.platform === 'win32')
    throw new ValueError('stderr: STDOUT needs a POSIX shell with the engine child-process');
  const merged = ['/bin/sh', '-c', 'exec "$@" 2>&1', 'sh', candidates[0]!, ...argv.slice(1)];
  return { candidates: ['/bin/sh'], argv: merged };
}

function setPipeSizes({ kernel }: Engine, { connections }: Stdio, bytes: number): void {
  if (bytes <= 0) return;
  for (const { parentFd } of connections) {
    if (parentFd !== undefined && parentFd >= 0) kernel.setPipeSize(parentFd, bytes);
  }
}

/** CPython names the working directory if that was the trouble, else the program. */
function startError(errno: number, program: Bytes, cwd: Bytes | undefined): OSError {
  if (errno === constants.errno.EBADF) return new OSError(errno); // a standard stream, not a file
  const cwdErrno = cwd === undefined ? 0 : directoryErrno(toText(cwd));
  return cwdErrno === 0 ? new OSError(errno, null, toText(program)) : new OSError(cwdErrno, null, toText(cwd!));
}

/** Why a directory cannot be changed to; 0 if it can. */
function directoryErrno(path: string): number {
  try {
    if (!statSync(path).isDirectory()) return constants.errno.ENOTDIR;
    accessSync(path, fsConstants.X_OK);
    return 0;
  } catch (error) {
    return Math.abs((error as NodeJS.ErrnoException).errno ?? constants.errno.ENOENT);
  }
}
