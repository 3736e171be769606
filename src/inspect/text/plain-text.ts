/**
 * What every signal of prompt injection needs one of, as its letters begin. A space stands for what may be one in the
 * signal. Kept beside the stems of `prompt-injection.ts`, which a test compares it with.
 */
const OPENINGS: readonly string[] = [
  "ignor",
  "disregard",
  "forget",
  "overrid",
  "bypass",
  "instru",
  "istruz",
  "prompt",
  "pretend",
  "act as ",
  "you are ",
  "you're ",
  "youre ",
  "developer mode",
  "jailbreak",
  "without ",
  "language model",
  "system",
  "assistant",
  "anweisung",
  "vorgaben",
  "vergiss",
  "oublie",
  "olvida",
  "esquec",
  "dimentica",
  "negeer",
  "vergeet",
  "talimat",
  "poleceni",
  "append",
  "exfil",
  "send ",
];

const A = 1;
const I = 9;
const SPECIAL = 32;
/** For each byte: its place in the alphabet, 0 for what is no letter, `SPECIAL` for what has to be looked at itself. */
const CODES = Uint8Array.from({ length: 256 }, (_, byte) => {
  const letter = byte | 0x20;
  if (byte >= 0x40 && letter >= 0x61 && letter <= 0x7a) return letter - 0x60;
  return byte < 0x20 || byte >= 0x7f || "<[#".includes(String.fromCharCode(byte)) ? SPECIAL : 0;
});

const trigram = (text: Uint8Array): number =>
  text.subarray(0, 3).reduce((key, byte) => (key << 5) | (CODES[byte] ?? 0), 0);
/** For each three letters, 0 or the place of their openings in `GROUPS`. */
const TRIGRAMS = new Uint8Array(1 << 15);
/** The openings that begin with the same letters; the first group stands for the word "AI", after anything. */
const GROUPS: (readonly Uint8Array[])[] = [[], []];
const WORD_AI = 1;
for (let before = 0; before < 32; before++) TRIGRAMS[(before << 10) | (A << 5) | I] = WORD_AI;
const OPENING_BYTES = OPENINGS.map((opening) => Buffer.from(opening));
for (const [key, openings] of Map.groupBy(OPENING_BYTES, trigram)) TRIGRAMS[key] = GROUPS.push(openings) - 1;

/**
 * Characters beyond ASCII that hide nothing, and whose compatibility form spells no other letter or space: Latin letters
 * and a little punctuation. As the code points of their two bytes, up to U+017F.
 */
const LATIN = new Uint8Array(0x180);
for (let code = 0xa0; code < 0x180; code++) {
  const character = String.fromCharCode(code);
  if (character.normalize("NFKC") === character && code !== 0xad) LATIN[code] = 1;
}
/** Dashes, quotation marks, the bullet, the ellipsis: the last byte of E2 80 xx. */
const PUNCTUATION: ReadonlySet<number> = new Set([0x90, 0x93, 0x94, 0x98, 0x99, 0x9a, 0x9c, 0x9d, 0x9e, 0xa2, 0xa6]);

/**
 * Whether a piece of UTF-8 text certainly hides nothing and says nothing to a language model, by one look at its bytes.
 * Where that is not certain, the answer is no.
 */
export function isPlainText(text: Uint8Array, start: number, end: number): boolean {
  for (let at = nextRemarkable(text, start, end); at < end;) {
    const code = CODES[text[at] ?? 0] ?? SPECIAL;
    const width = code === SPECIAL ? plainWidth(text, at, end) : isTold(text, at, start, end) ? 0 : 1;
    if (width === 0) return false;
    at = nextRemarkable(text, at + width, end);
  }
  return true;
}

/** The next place of a special character, or where three letters end with which an opening begins. A loop without calls. */
function nextRemarkable(text: Uint8Array, from: number, end: number): number {
  let key = ((CODES[text[from - 2] ?? 0] ?? 0) << 5) | (CODES[text[from - 1] ?? 0] ?? 0);
  let at = from;
  for (; at < end; at++) {
    const code = CODES[text[at] ?? 0] ?? SPECIAL;
    if (code === SPECIAL) break;
    key = ((key << 5) | code) & 0x7fff;
    if (TRIGRAMS[key] !== 0) break;
  }
  return at;
}

/** Whether an opening, or the word "AI", really stands where its letters do. */
function isTold(text: Uint8Array, at: number, start: number, end: number): boolean {
  const key = [at - 2, at - 1, at].reduce((sum, i) => (sum << 5) | ((CODES[text[i] ?? 0] ?? 0) & 31), 0);
  const group = TRIGRAMS[key] ?? 0;
  return group === WORD_AI ? isWord(text, at - 1, at + 1, start, end) : opens(text, at - 2, end, GROUPS[group] ?? []);
}

/** What follows the bracket of a chat token, a slash aside, or the sign of its heading. */
const AFTER_LESS = new Set(Buffer.from("|<setfa"));
const AFTER_BRACKET = new Set(Buffer.from("ISAT"));
const SLASH = 0x2f;
const LESS = 0x3c;
const BRACKET = 0x5b;
const HASH = 0x23;
const SPACE = 0x20;
const EXCLAMATION = 0x21;

/** How many bytes a special character takes that is plain; 0 where it is not known to be. */
function plainWidth(text: Uint8Array, at: number, end: number): number {
  const lead = text[at] ?? 0;
  if (lead >= 0x80) return plainWidthBeyond(text, at);
  const next = text[at + 1] === SLASH ? at + 2 : at + 1;
  if (next >= end) return lead < SPACE || lead === 0x7f ? 0 : 1;
  const byte = text[next] ?? 0;
  if (byte >= 0x80) return 0;
  switch (lead) {
    case LESS:
      return AFTER_LESS.has(byte) ? 0 : 1;
    case BRACKET:
      return AFTER_BRACKET.has(byte) || text[at - 1] === EXCLAMATION ? 0 : 1;
    case HASH:
      return byte === HASH ? 0 : 1;
    default:
      return 0;
  }
}

function plainWidthBeyond(text: Uint8Array, at: number): number {
  const lead = text[at] ?? 0;
  const second = text[at + 1] ?? 0;
  if (lead < 0xc6) return LATIN[((lead & 0x1f) << 6) | (second & 0x3f)] === 1 ? 2 : 0;
  if (lead !== 0xe2) return 0;
  const third = text[at + 2] ?? 0;
  if (second === 0x80) return PUNCTUATION.has(third) ? 3 : 0;
  return second === 0x82 && third === 0xac ? 3 : 0;
}

/** Whether one of some openings begins at a place; a character beyond ASCII may be a space, or hidden. */
function opens(text: Uint8Array, from: number, end: number, openings: readonly Uint8Array[]): boolean {
  return openings.some((opening) => {
    for (let i = 0; i < opening.length; i++) {
      if (from + i >= end) return false;
      const byte = text[from + i] ?? 0;
      if (byte >= 0x80) return true;
      const wanted = opening[i] ?? 0;
      if (byte !== wanted && (byte | 0x20) !== wanted) return false;
    }
    return true;
  });
}

/** Whether a stretch of letters has nothing of a word around it. */
function isWord(text: Uint8Array, from: number, to: number, start: number, end: number): boolean {
  return !(from > start && isWordByte(text[from - 1] ?? 0)) && !(to < end && isWordByte(text[to] ?? 0));
}

function isWordByte(byte: number): boolean {
  const letter = byte | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x5f;
}
