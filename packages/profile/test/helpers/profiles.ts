import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Python, python } from '@prac/testing';
import { afterAll } from 'vitest';

/** A folder that goes when the file's tests have ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'prac-profile-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Profiles that CPython makes: of real programs, by both of its profilers, and a table with all that is rare. */
export function makeProfiles(folder: string, interpreter?: Python): Record<'real' | 'other' | 'old' | 'rare', string> {
  return python(MAKE, folder, { interpreter });
}

const MAKE = `
import cProfile, marshal, os, profile, re, json as _json
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
def even(n): return n == 0 or odd(n - 1)
def odd(n): return n != 0 and even(n - 1)
class Vec:
    def __init__(self, x): self.x = x
    def __lt__(self, other): return self.x < other.x
def größe(n): return [i * i for i in range(n)]
def gen(n):
    for i in range(n): yield i
def real():
    fib(12); even(50); sorted(Vec(-i) for i in range(100)); größe(9); list(gen(20)); re.compile('a+b*c?(d|e)')
def other():
    fib(8); _json.loads(_json.dumps({'a': [1, 2, {'b': None}]})); sum(gen(5)); os.path.join('a', 'b')
answer = {}
for name, fn in [('real', real), ('other', other)]:
    pr = cProfile.Profile(); pr.runcall(fn)
    answer[name] = os.path.join(data, name + '.prof'); pr.dump_stats(answer[name])
pr = profile.Profile(); pr.runcall(real)
answer['old'] = os.path.join(data, 'old.prof'); pr.dump_stats(answer['old'])
top = ('jprofile', 0, 'profiler')
f = [('/a/x.py', 1, 'f'), ('/b/x.py', 1, 'f'), ('/a/x.py', 10, 'g'), ('~', 0, '<built-in method print>'), ('~', 0, 'odd name'),
     ('/c/\\U0001f40d.py', 3, '\\uffee\\U0001f40d'), ('', 0, ''), ('/d/', 7, 'dir'), ('~', 5, '<x>')]
rare = {
    f[0]: (1, 1, 0.0625, 2.5, {top: (1, 1, 0.0625, 2.5)}),
    f[1]: (3, 5, 0.1875, 0.3125, {f[0]: (5, 3, 0.1875, 0.3125), f[2]: (1, 1, 0.5, 0.0005)}),
    f[2]: (0, 0, 0.0, 0.0, {}),
    f[3]: (2 ** 40, 2 ** 40, 1234567.8125, 1234567.8125, {f[0]: (2 ** 40, 2 ** 40, 1.5, 1.5), f[5]: (7, 7, 0.0015, 0.0025)}),
    f[4]: (7, 7, 1e-9, 5e-4, {f[5]: (7, 7, 0.0, 0.0)}),
    f[5]: (4, 4, 0.4375, 99999.9375, {f[0]: (4, 4, 0.0, 0.0), f[5]: (2, 1, 0.0, 0.0), f[7]: (1, 1, 0.25, 0.25)}),
    f[6]: (0, 3, 0.0005, 0.0, {f[8]: (3, 0, 0.0, 0.0)}),
    f[7]: (10, 10, 0.9375, 10.0625, {}),
    f[8]: (1, 1, 0.0, 0.0, {f[1]: (1, 1, 0.0, 0.0)}),
}
answer['rare'] = os.path.join(data, 'rare.prof')
with open(answer['rare'], 'wb') as file: marshal.dump(rare, file)
`;

/** What is done with a report: method and arguments. */
export type Step = readonly [method: string, ...args: (string | number)[]];

export interface Session {
  readonly files: readonly string[];
  readonly steps: readonly Step[];
}

/** What CPython's pstats prints. */
export function printedByPython(sessions: readonly Session[], interpreter?: Python): string[] {
  return python(
    `
import io, os, pstats, re, time
def snake(name): return re.sub('[A-Z]', lambda m: '_' + m[0].lower(), name)
answer = []
for session in data:
    out = io.StringIO()
    stats = pstats.Stats(*session['files'], stream=out)
    for method, *args in session['steps']: getattr(stats, snake(method))(*args)
    answer.append(out.getvalue())
`,
    sessions,
    { interpreter },
  );
}
