/** An escaped character of a pattern, read. */
interface EscapedCharacter {
  readonly code: number;
  /** The place after it. */
  readonly end: number;
}

const SIMPLE: ReadonlyMap<string, number> = new Map([
  ["a", 0x07],
  ["e", 0x1b],
  ["f", 0x0c],
  ["n", 0x0a],
  ["r", 0x0d],
  ["t", 0x09],
]);

/** A property of Unicode. */
export const PROPERTY = /\\[pP](?:\{\^?\w+\}|[A-Z])/y;
const HEXADECIMAL = /\\x(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{0,2}))/y;
const OCTAL = /\\(?:o\{([0-7]+)\}|(0[0-7]{0,2}|[1-7][0-7]{0,2}))/y;
const CONTROL = /\\c([ -~])/y;

/** Reads an escape that stands for one byte, at the place of its backslash. Throws `SyntaxError` for any other. */
export function readCharacter(pattern: string, at: number, inClass: boolean): EscapedCharacter {
  const letter = pattern[at + 1];
  if (letter === undefined) throw new SyntaxError("the pattern ends in a backslash");
  const simple = SIMPLE.get(letter);
  if (simple !== undefined) return { code: simple, end: at + 2 };
  const hexadecimal = exec(HEXADECIMAL, pattern, at);
  if (hexadecimal !== null) {
    // `\x` without digits is NUL.
    const digits = hexadecimal[1] ?? hexadecimal[2] ?? "";
    return byte(digits === "" ? 0 : Number.parseInt(digits, 16), at + hexadecimal[0].length);
  }
  const octal = exec(OCTAL, pattern, at);
  if (octal !== null) return byte(Number.parseInt(octal[1] ?? octal[2] ?? "", 8), at + octal[0].length);
  const [control, key] = exec(CONTROL, pattern, at) ?? [];
  if (control !== undefined && key !== undefined)
    return { code: key.toUpperCase().charCodeAt(0) ^ 0x40, end: at + control.length };
  if (/[A-Za-z]/.test(letter) || (/\d/.test(letter) && !inClass))
    throw new SyntaxError(`the escape \\${letter} has no equivalent here`);
  return { code: letter.charCodeAt(0), end: at + 2 };
}

function exec(expression: RegExp, pattern: string, at: number): RegExpExecArray | null {
  expression.lastIndex = at;
  return expression.exec(pattern);
}

function byte(code: number, end: number): EscapedCharacter {
  if (code > 0xff) throw new SyntaxError(`the character ${code.toString(16)} is more than a byte`);
  return { code, end };
}
