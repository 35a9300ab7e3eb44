/** What a function is known by: file, line, name. `['~', 0, name]` is built in. */
export type FunctionKey = readonly [file: string, line: number, name: string];

/** The same for the same function: a key of maps. */
export function idOf([file, line, name]: FunctionKey): string {
  return `${file}\0${line}\0${name}`;
}

/** How tables name it: `file:line(name)`, `{name}` if it is built in. Python: `func_std_string`. */
export function standardName([file, line, name]: FunctionKey): string {
  if (file !== '~' || line !== 0) return `${file}:${line}(${name})`;
  return name.startsWith('<') && name.endsWith('>') ? `{${name.slice(1, -1)}}` : name;
}

/** Without the folders. */
export function stripped([file, line, name]: FunctionKey): FunctionKey {
  return [file.slice(file.lastIndexOf('/') + 1), line, name];
}

export function compareKeys(a: FunctionKey, b: FunctionKey): number {
  return compareTexts(a[0], b[0]) || a[1] - b[1] || compareTexts(a[2], b[2]);
}

/** As Python orders texts: by code point. (JavaScript's `<` has surrogates before U+E000.) */
export function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  const end = Math.min(a.length, b.length);
  for (let i = 0; i < end; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return order(x) - order(y);
  }
  return a.length - b.length;
}

function order(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

/** How many characters it has: code points, as in Python. */
export function widthOf(text: string): number {
  let width = text.length;
  for (let i = 1; i < text.length; i++) if (isLow(text.charCodeAt(i)) && isHigh(text.charCodeAt(i - 1))) width--;
  return width;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

/** Filled up on the right. Python: `ljust`. */
export function leftJustified(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}
