import { chmodSync, closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants as C, type SpawnPlan } from '@prac/libc';
import { afterAll, expect, test } from 'vitest';
import { describeBackends } from './helpers/backends.ts';
import { output, pipe, shell } from './helpers/spawn.ts';

const folder = mkdtempSync(join(tmpdir(), 'libc-'));
afterAll(() => rmSync(folder, { recursive: true }));

describeBackends('posixSpawn', (library) => {
  const before = readdirSync('/proc/self/fd').length;
  afterAll(() => expect(readdirSync('/proc/self/fd')).toHaveLength(before));
  const pgid = (script: string, plan: Partial<SpawnPlan>) =>
    (shell(library, script, plan) as string).split(/\s+/).filter(Boolean).map(Number);
  const IDS = 'read -r pid comm state ppid pgrp session rest < /proc/self/stat; echo $$ $pgrp $session';

  test('the arguments arrive as they are: empty, not ASCII, not UTF-8', () => {
    const argv = ['printf', '[%s]', '', 'é€😀', Uint8Array.of(0xff, 0xfe), 'a\nb'];
    const expected = `[][${Buffer.from('é€😀').toString('latin1')}][\xff\xfe][a\nb]`;
    expect(output(library, { path: '/usr/bin/printf', argv })).toBe(expected);
  });

  test('thousands of arguments arrive', () => {
    const many = Array.from({ length: 5000 }, (_, i) => `argument ${i}`);
    expect(shell(library, 'echo $#', { argv: ['sh', '-c', 'echo $#', 'sh', ...many] })).toBe('5000');
  });

  test('env: null passes on what process.env holds now', () => {
    process.env.PRAC_TEST_NOW = 'here';
    expect(shell(library, 'echo $PRAC_TEST_NOW')).toBe('here');
    delete process.env.PRAC_TEST_NOW;
    expect(shell(library, 'echo [$PRAC_TEST_NOW]')).toBe('[]');
  });

  test('env replaces the environment', () => {
    const program = { path: '/usr/bin/env', argv: ['env'] };
    expect(output(library, { ...program, env: ['A=1', Buffer.from('B=x y')] })).toBe('A=1\nB=x y');
    expect(output(library, { ...program, env: [] })).toBe('');
  });

  test('cwd is the working directory, and the program is found from there', () => {
    writeFileSync(join(folder, 'here'), '#!/bin/sh\npwd\n', { mode: 0o755 });
    expect(output(library, { path: './here', argv: ['here'], cwd: folder })).toBe(folder);
  });

  test.each<[string, Partial<SpawnPlan>, number]>([
    ['no such program', { path: '/nonexistent' }, -2],
    ['no such interpreter', { path: 'nointerpreter', cwd: folder }, -2],
    ['no such working directory', { cwd: '/nonexistent' }, -2],
    ['a working directory that is a file', { cwd: '/etc/passwd' }, -20],
    ['a program that is not executable', { path: '/etc/passwd' }, -13],
    ['a program that is a directory', { path: '/etc' }, -13],
    ['a file without a format', { path: 'noformat', cwd: folder }, -8],
    ['too many bytes', { argv: ['x'.repeat(4_000_000)] }, -7],
    ['a descriptor that is not open', { dup2: [[1_000_000, 5]] }, -9],
    ['a negative descriptor', { dup2: [[-1, 5]] }, -9],
    ['a process group of another session', { processGroup: 2 ** 22 + 1 }, -1],
  ])('%s is its error number', (_, plan, errno) => {
    writeFileSync(join(folder, 'noformat'), 'echo\n');
    writeFileSync(join(folder, 'nointerpreter'), '#!/nonexistent\n');
    for (const file of ['noformat', 'nointerpreter']) chmodSync(join(folder, file), 0o755);
    expect(output(library, { path: '/bin/true', argv: ['true'], ...plan })).toBe(errno);
  });

  test.each<[string, Partial<SpawnPlan>]>([
    ['path', { path: '/bin/tr\0ue' }],
    ['argv', { argv: ['true', 'a\0b'] }],
    ['env', { env: [Buffer.from('A=\0')] }],
    ['cwd', { cwd: '/\0' }],
  ])('a NUL in %s is a RangeError', (_, plan) => {
    const call = () => library.posixSpawn({ path: '/bin/true', argv: ['true'], env: null, dup2: [], ...plan });
    expect(call).toThrow(new RangeError('embedded null byte'));
  });

  test('dup2 runs in order: a swap of 1 and 2 goes through a third number', () => {
    const files = ['out', 'err'].map((name) => join(folder, name));
    const [out, err] = files.map((file) => openSync(file, 'w')) as [number, number];
    const script = `echo out; echo err >&2; ls /proc/self/fd/3 /proc/self/fd/250 2>&1 | grep -c cannot >&2`;
    const dup2 = [[out, 1], [err, 2], [1, 250], [2, 1], [250, 2]] as const; // biome-ignore format: a table
    const plan = { path: '/bin/sh', argv: ['sh', '-c', script], env: null, dup2, closeFrom: 3 };
    expect(library.waitpid(library.posixSpawn(plan), 0)).toEqual({ status: 0 });
    expect(files.map((file) => readFileSync(file, 'utf8'))).toEqual(['err\n2\n', 'out\n']);
    for (const fd of [out, err]) closeSync(fd);
  });

  test('close and closeFrom close inherited descriptors, and keep what lies below', () => {
    const [end, start] = pipe(library, 0);
    const inherited = (plan: Partial<SpawnPlan>) =>
      shell(library, `for fd in ${end} ${start}; do [ -e /proc/self/fd/$fd ] && echo $fd; done; true`, plan);
    expect(inherited({})).toBe(`${end}\n${start}`);
    expect(inherited({ close: [end] })).toBe(String(start));
    expect(inherited({ closeFrom: start })).toBe(String(end));
    expect(inherited({ closeFrom: 3 })).toBe('');
    library.close(end);
    library.close(start);
  });

  test('a close-on-exec descriptor is inherited only if dup2 names it', () => {
    const [end, start] = pipe(library);
    const script = `for fd in ${end} ${start}; do [ -e /proc/self/fd/$fd ] && echo $fd; done; true`;
    expect(shell(library, script, { dup2: [[end, end]] })).toBe(String(end));
    library.close(end);
    library.close(start);
  });

  test('signals that Node ignores are ignored by the child unless defaultSignals has them', () => {
    const ignored = 'while read -r name mask; do if [ $name = SigIgn: ]; then echo $mask; fi; done < /proc/self/status';
    const bits = (plan: Partial<SpawnPlan>) => BigInt(`0x${shell(library, ignored, plan)}`);
    const [SIGPIPE, SIGXFSZ] = [1n << 12n, 1n << 24n];
    expect(bits({}) & SIGPIPE).toBe(SIGPIPE);
    expect(bits({ defaultSignals: [13, 25, 64] }) & (SIGPIPE | SIGXFSZ)).toBe(0n);
  });

  test('signals that do not exist are a RangeError', () => {
    for (const signal of [0, 65, Number.NaN]) {
      expect(() => shell(library, 'true', { defaultSignals: [signal] })).toThrow(RangeError);
    }
  });

  test('a child can lead a session, lead a group, or join one', () => {
    const own = library.getpgid(0);
    const [leader, group, session] = pgid(IDS, { newSession: true });
    expect([group, session]).toEqual([leader, leader]);
    const [pid, itsGroup, sameSession] = pgid(IDS, { processGroup: 0 });
    expect(itsGroup).toBe(pid);
    expect(sameSession).not.toBe(pid);
    expect(pgid(IDS, { processGroup: own })[1]).toBe(own);
  });

  test('a failed start leaves no child', () => {
    expect(library.posixSpawn({ path: '/nonexistent', argv: ['x'], env: null, dup2: [] })).toBe(-2);
    expect(library.waitpid(-1, C.WNOHANG)).toEqual({ errno: C.ECHILD });
  });
});
