import { type Rule, read } from '../package.ts';

const ASSERTION = /\b(expect\w*|assert\w*)(\.\w+)*(<[^()]*>)?\(/;
const FOCUSED = /\b(test|it|describe|suite)(\.\w+)*\.(only|skip|todo)(?=[(.])/;

/** Tests test something, all of them run, and there is at least one. */
export const tests: Rule = (pkg) => {
  const files = pkg.files.filter((file) => file.endsWith('.test.ts'));
  if (files.length === 0) return ['test/: has no test'];
  return files.flatMap((file) => {
    const text = read(pkg, file)!;
    const focused = text.match(FOCUSED)?.[0];
    return [
      ...(ASSERTION.test(text) ? [] : [`${file}: asserts nothing`]),
      ...(focused ? [`${file}: has ${focused}; use skipIf with the condition, or remove it`] : []),
    ];
  });
};
