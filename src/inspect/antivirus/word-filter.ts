/** The letters from the most frequent to the rarest in English; what is no letter is rarer still. */
const BY_FREQUENCY = "etaoinsrhldcumfpgwybvkxjqz";

/** Signs are about as frequent in data as a letter in the middle. */
const SIGN_RANK = 10;

/** Two characters of a word, and how far into it they stand. */
interface Anchor {
  readonly word: Uint8Array;
  readonly offset: number;
}

/**
 * Tells whether any of some words is in a piece of content, compared without case. Of a word's three rarest characters in
 * a row, two stand at an even place whichever way it falls, so half of the places are looked at.
 */
export class WordFilter {
  /** For two bytes, 0 or the place of what they may belong to in `#anchors`. */
  readonly #table = new Uint16Array(2 ** 16);
  readonly #anchors: Anchor[][] = [[]];
  /** Words without letters, which are searched as they are. */
  readonly #short: string[] = [];

  /** Words of ASCII: of three or more characters, or without letters; some hundreds at most. */
  constructor(words: Iterable<string>) {
    for (const word of new Set(words)) {
      if (word.length < 3) this.#short.push(word);
      else this.#add(Buffer.from(word.toLowerCase(), "latin1"));
    }
  }

  #add(word: Uint8Array): void {
    const offsets = Array.from({ length: word.length - 2 }, (_, offset) => offset);
    const [rarest = 0] = offsets.toSorted((a, b) => rarityAt(word, b) - rarityAt(word, a));
    for (const offset of [rarest, rarest + 1])
      for (const first of bothCases(word[offset] ?? 0))
        for (const second of bothCases(word[offset + 1] ?? 0)) {
          const key = (first << 8) | second;
          const place = (this.#table[key] ||= this.#anchors.push([]) - 1);
          this.#anchors[place]?.push({ word, offset });
        }
  }

  isIn(bytes: Uint8Array): boolean {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (this.#short.some((word) => text.includes(word))) return true;
    for (let at = nextPair(this.#table, text, 1); at < text.length; at = nextPair(this.#table, text, at + 2))
      if (this.#isAt(text, at - 1)) return true;
    return false;
  }

  #isAt(text: Uint8Array, at: number): boolean {
    const anchors = this.#anchors[this.#table[((text[at] ?? 0) << 8) | (text[at + 1] ?? 0)] ?? 0] ?? [];
    for (let i = 0; i < anchors.length; i++) {
      const anchor = anchors[i];
      if (anchor !== undefined && isWordAt(text, at - anchor.offset, anchor.word)) return true;
    }
    return false;
  }
}

/** The next odd place that with the one before it is in the table. A loop without calls, which is several times as fast. */
function nextPair(table: Uint16Array, text: Uint8Array, from: number): number {
  let at = from;
  for (; at < text.length; at += 2) if (table[((text[at - 1] ?? 0) << 8) | (text[at] ?? 0)] !== 0) break;
  return at;
}

function rarityAt(word: Uint8Array, offset: number): number {
  let rarity = 0;
  for (const byte of word.subarray(offset, offset + 3)) {
    const rank = BY_FREQUENCY.indexOf(String.fromCharCode(byte));
    rarity += rank < 0 ? SIGN_RANK : rank;
  }
  return rarity;
}

function bothCases(byte: number): readonly number[] {
  return byte >= 0x61 && byte <= 0x7a ? [byte, byte & ~0x20] : [byte];
}

function isWordAt(text: Uint8Array, from: number, word: Uint8Array): boolean {
  if (from < 0) return false;
  for (let i = 0; i < word.length; i++) {
    const byte = text[from + i] ?? 0;
    const isUpper = byte >= 0x41 && byte <= 0x5a;
    if ((isUpper ? byte | 0x20 : byte) !== word[i]) return false;
  }
  return true;
}
