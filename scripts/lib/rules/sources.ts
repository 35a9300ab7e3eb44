import { parseSync } from 'oxc-parser';
import { type Package, type Rule, read } from '../package.ts';

const LONGEST = 400;
/** A file longer than that says why in its first comment, after these words. */
const REASON = 'Long because';

/** The shape of source and test files. */
export const sources: Rule = (pkg) => [...entry(pkg), ...pkg.files.flatMap((file) => size(pkg, file))];

/** Only re-exports by name: the reader sees the whole API on one page, and nothing runs there. */
function entry(pkg: Package): string[] {
  const text = read(pkg, 'src/index.ts');
  if (text === undefined) return pkg.kind === 'app' ? [] : ['src/index.ts: not there'];
  return parseSync('index.ts', text).program.body.flatMap((statement) => {
    if (statement.type === 'ExportNamedDeclaration' && (statement.source || statement.specifiers.length === 0)) {
      return statement.declaration ? ['src/index.ts: declares something; it may only re-export'] : [];
    }
    if (statement.type === 'ExportAllDeclaration') {
      return statement.exported ? [] : ['src/index.ts: export * hides what is exported; name it'];
    }
    return ['src/index.ts: has more than re-exports'];
  });
}

function size(pkg: Package, file: string): string[] {
  const text = read(pkg, file)!;
  const lines = text.split('\n').length - 1;
  if (lines <= LONGEST) return [];
  const first = parseSync(file, text).comments[0]?.value ?? '';
  return first.includes(REASON)
    ? []
    : [`${file}: ${lines} lines; split it, or begin with a comment "${REASON} …" (from ${LONGEST} lines)`];
}
