const UNPRINTABLE = /[\\\p{C}\p{Zl}\p{Zp}\p{Zs}]/gu;
const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A string in Python's notation. */
export function reprString(value: string): string {
  const quote = quoteFor(value);
  const body = value.replace(UNPRINTABLE, escapeCharacter);
  return quote + (quote === "'" ? body.replaceAll("'", "\\'") : body) + quote;
}

/** Bytes in Python's notation. */
export function reprBytes(bytes: Uint8Array): string {
  let body = '';
  for (const byte of bytes) body += byte < 0x7f ? escapeAscii(String.fromCharCode(byte)) : escapeCode(byte);
  const quote = quoteFor(body);
  return `b${quote}${quote === "'" ? body.replaceAll("'", "\\'") : body}${quote}`;
}

/**
 * A number in Python's notation: an int if it is an integer that JavaScript holds exactly, otherwise a float.
 *
 * Both languages print the shortest digits that read back as the same number; they differ in when they use an exponent.
 */
export function reprNumber(value: number): string {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return String(value);
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return '-0.0';
  const [digits, exponent] = value.toExponential().split('e') as [string, string];
  const power = Number(exponent);
  if (power < -4 || power >= 16) return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  const plain = power < 0 ? value.toFixed(digits.replace(/[-.]/g, '').length - 1 - power) : String(value);
  return plain.includes('.') ? plain : `${plain}.0`;
}

/** Double quotes only where they save backslashes, as Python chooses. */
function quoteFor(text: string): "'" | '"' {
  return text.includes("'") && !text.includes('"') ? '"' : "'";
}

function escapeAscii(character: string): string {
  return character === '\\' || character < ' ' ? escapeCharacter(character) : character;
}

function escapeCharacter(character: string): string {
  return character === ' ' ? ' ' : (SHORT_ESCAPES[character] ?? escapeCode(character.codePointAt(0)!));
}

/** `\xff`, `\uffff` or `\U0010ffff`, whichever is the shortest that holds the code. */
export function escapeCode(code: number): string {
  const digits = code.toString(16);
  if (code <= 0xff) return `\\x${digits.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`;
}
