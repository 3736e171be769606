/**
 * One bit for each group of characters. The union over a leaf tells in one number which attacks it could carry at all:
 * a leaf of letters and digits cannot hold markup, and 90 % of real leaves are such.
 */
export const CharClass = {
  letter: 1 << 0,
  digit: 1 << 1,
  space: 1 << 2,
  /** U+0000–U+001F and U+007F. */
  control: 1 << 3,
  /** Everything from U+0080. */
  nonAscii: 1 << 4,
  /** ( ) */
  paren: 1 << 5,
  /** [ ] */
  bracket: 1 << 6,
  /** { } */
  brace: 1 << 7,
  less: 1 << 8,
  greater: 1 << 9,
  apostrophe: 1 << 10,
  quote: 1 << 11,
  backtick: 1 << 12,
  dollar: 1 << 13,
  percent: 1 << 14,
  ampersand: 1 << 15,
  semicolon: 1 << 16,
  pipe: 1 << 17,
  backslash: 1 << 18,
  slash: 1 << 19,
  colon: 1 << 20,
  equals: 1 << 21,
  at: 1 << 22,
  hash: 1 << 23,
  asterisk: 1 << 24,
  hyphen: 1 << 25,
  plus: 1 << 26,
  dot: 1 << 27,
  /** , _ */
  comma: 1 << 28,
  exclamation: 1 << 29,
  /** ? ~ */
  other: 1 << 30,
  caret: 1 << 31,
} as const;

const PUNCTUATION: Readonly<Record<string, number>> = {
  "(": CharClass.paren,
  ")": CharClass.paren,
  "[": CharClass.bracket,
  "]": CharClass.bracket,
  "{": CharClass.brace,
  "}": CharClass.brace,
  "<": CharClass.less,
  ">": CharClass.greater,
  "'": CharClass.apostrophe,
  '"': CharClass.quote,
  "`": CharClass.backtick,
  $: CharClass.dollar,
  "%": CharClass.percent,
  "&": CharClass.ampersand,
  ";": CharClass.semicolon,
  "|": CharClass.pipe,
  "\\": CharClass.backslash,
  "/": CharClass.slash,
  ":": CharClass.colon,
  "=": CharClass.equals,
  "@": CharClass.at,
  "#": CharClass.hash,
  "*": CharClass.asterisk,
  "-": CharClass.hyphen,
  "+": CharClass.plus,
  ".": CharClass.dot,
  ",": CharClass.comma,
  _: CharClass.comma,
  "!": CharClass.exclamation,
  "?": CharClass.other,
  "^": CharClass.caret,
  "~": CharClass.other,
  " ": CharClass.space,
};

function classOf(byte: number): number {
  if (byte >= 0x80) return CharClass.nonAscii;
  if (byte < 0x20 || byte === 0x7f) return CharClass.control;
  const character = String.fromCharCode(byte);
  if (character >= "0" && character <= "9") return CharClass.digit;
  return PUNCTUATION[character] ?? CharClass.letter;
}

/** The class of every byte of UTF-8 text. */
export const BYTE_CLASS: Int32Array = Int32Array.from({ length: 256 }, (_, byte) => classOf(byte));

/** The union of the classes of a string's characters. */
export function charClasses(text: string): number {
  let classes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    classes |= unit < 0x80 ? (BYTE_CLASS[unit] ?? 0) : CharClass.nonAscii;
  }
  return classes;
}
