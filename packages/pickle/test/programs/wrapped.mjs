// Exports whose members were replaced after they were made.
export const api = {
  get() {
    return 'real';
  },
};
for (const key of Object.keys(api)) {
  const original = api[key];
  api[key] = () => `[${original()}]`;
}
export const table = { op: () => 'first' };
export const op = table.op;
const NAME = 'op';
table[NAME] = () => 'second';
const first = () => 1;
const second = () => 2;
export var twice = first;
// biome-ignore lint/correctness/noInvalidUseBeforeDeclaration: and this
var saved = twice;
// biome-ignore lint/suspicious/noRedeclare: this is what is looked at
var twice = second;

export { saved };
export default {
  run() {
    return 'text';
  },
};
