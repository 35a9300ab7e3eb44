import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import type { CallTree } from './call-tree.ts';
import type { FunctionKey } from './function-key.ts';
import { selfTimes } from './spread.ts';

/** pprof-format is loaded when it is needed. */
const format = (): typeof import('pprof-format') => createRequire(import.meta.url)('pprof-format');

/** For `go tool pprof` and what else reads pprof's files: calls and nanoseconds of each stack, compressed. */
export function pprof(tree: CallTree, functions: readonly FunctionKey[]): Uint8Array {
  const { Function: PprofFunction, Line, Location, Profile, Sample, StringTable, ValueType } = format();
  const stringTable = new StringTable();
  const text = (string: string): number => stringTable.dedup(string);
  const valueType = (type: string, unit: string): InstanceType<typeof ValueType> =>
    new ValueType({ type: text(type), unit: text(unit) });
  const selves = selfTimes(tree);
  const used = [...new Set(tree.fn.subarray(1, tree.size))];
  // Of a function there is one location. Numbers begin at 1.
  const idOf = new Map(used.map((fn, i) => [fn, i + 1]));
  const sample = Array.from({ length: tree.size - 1 }, (_, i) => {
    const locationId: number[] = [];
    for (let at = i + 1; at !== 0; at = tree.parent[at]!) locationId.push(idOf.get(tree.fn[at]!)!);
    return new Sample({ locationId, value: [tree.calls(i + 1), Math.round(1e9 * selves[i + 1]!)] });
  });
  const profile = new Profile({
    sampleType: [valueType('calls', 'count'), valueType('time', 'nanoseconds')],
    defaultSampleType: text('time'),
    sample,
    location: used.map((fn) => {
      const id = idOf.get(fn)!;
      return new Location({ id, line: [new Line({ functionId: id, line: functions[fn]![1] })] });
    }),
    function: used.map((fn) => {
      const [file, line, name] = functions[fn]!;
      const nameId = text(name);
      return new PprofFunction({
        id: idOf.get(fn)!,
        name: nameId,
        systemName: nameId,
        filename: text(file),
        startLine: line,
      });
    }),
    stringTable,
  });
  return gzipSync(profile.encode());
}
