import type { Backend } from '../backends/backend.ts';
import * as C from '../constants.ts';
import type { SpawnPlan } from '../spawn-plan.ts';
import { cString, STABLE_BYTES, stringVector } from '../strings.ts';
import { int32 } from './integers.ts';
import type { CFunctions } from './signatures.ts';

/**
 * `posix_spawn`, from a plan to a process id.
 *
 * All calls return the error number itself (no `errno`). The memory is used within one call of {@link spawn} only. glibc's
 * structures take 80 and 336 bytes, musl's no more.
 */
export class Spawner {
  readonly #ffi: Backend;
  readonly #c: CFunctions;
  readonly #actions = new Uint8Array(512);
  readonly #attributes = new Uint8Array(1024);
  readonly #signalSet = new Uint8Array(STABLE_BYTES); // sizeof(sigset_t)
  readonly #pid = new Int32Array(STABLE_BYTES / 4);
  readonly #pidBytes = new Uint8Array(this.#pid.buffer);

  constructor(ffi: Backend, functions: CFunctions) {
    this.#ffi = ffi;
    this.#c = functions;
  }

  spawn(plan: SpawnPlan): number {
    const path = cString(plan.path);
    const argv = stringVector(plan.argv, this.#ffi);
    const env = plan.env === null ? this.#ffi.environ() : stringVector(plan.env, this.#ffi);
    const cwd = plan.cwd === undefined ? undefined : cString(plan.cwd);
    this.#c.posix_spawn_file_actions_init(this.#actions);
    this.#c.posix_spawnattr_init(this.#attributes);
    try {
      const failed = this.#addActions(plan, cwd) || this.#setAttributes(plan);
      const error = failed || this.#c.posix_spawn(this.#pidBytes, path, this.#actions, this.#attributes, argv, env);
      return error ? -error : this.#pid[0]!;
    } finally {
      this.#c.posix_spawn_file_actions_destroy(this.#actions);
      this.#c.posix_spawnattr_destroy(this.#attributes);
    }
  }

  #addActions(plan: SpawnPlan, cwd: Uint8Array | undefined): number {
    const actions = this.#actions;
    const c = this.#c;
    for (const [from, to] of plan.dup2) {
      const error = c.posix_spawn_file_actions_adddup2(actions, int32(from, 'dup2'), int32(to, 'dup2'));
      if (error) return error;
    }
    for (const fd of plan.close ?? []) {
      const error = c.posix_spawn_file_actions_addclose(actions, int32(fd, 'close'));
      if (error) return error;
    }
    if (plan.closeFrom !== undefined) {
      const from = int32(plan.closeFrom, 'closeFrom');
      const error = c.posix_spawn_file_actions_addclosefrom_np?.(actions, from) ?? C.ENOSYS;
      if (error) return error;
    }
    return cwd === undefined ? 0 : (c.posix_spawn_file_actions_addchdir_np?.(actions, cwd) ?? C.ENOSYS);
  }

  #setAttributes(plan: SpawnPlan): number {
    const attributes = this.#attributes;
    let flags = 0;
    if (plan.defaultSignals?.length) {
      flags |= C.POSIX_SPAWN_SETSIGDEF;
      this.#fillSignalSet(plan.defaultSignals);
      this.#c.posix_spawnattr_setsigdefault(attributes, this.#signalSet);
    }
    if (plan.newSession) flags |= C.POSIX_SPAWN_SETSID;
    if (plan.processGroup !== undefined) {
      flags |= C.POSIX_SPAWN_SETPGROUP;
      this.#c.posix_spawnattr_setpgroup(attributes, int32(plan.processGroup, 'processGroup'));
    }
    return this.#c.posix_spawnattr_setflags(attributes, flags);
  }

  #fillSignalSet(signals: readonly number[]): void {
    this.#signalSet.fill(0);
    for (const signal of signals) {
      if (!(signal >= 1 && signal <= 64)) throw new RangeError(`Expected signals from 1 to 64, got ${signal}`);
      this.#signalSet[(signal - 1) >> 3]! |= 1 << ((signal - 1) & 7);
    }
  }
}
