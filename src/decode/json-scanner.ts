import type { Budget } from "../core/budget.ts";
import { BYTE_CLASS, CharClass } from "../core/char-class.ts";
import { columnsOf, enlarged, type LeafColumns } from "./json-columns.ts";
import { ESCAPED, type JsonColumns, JsonKind } from "./json-leaves.ts";
import { OpenKeys } from "./json-open-keys.ts";

/** Where and why a text is not JSON. */
export class JsonSyntaxError extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** Digits of the longest number that parsers agree on; beyond, or beyond a double's range, they differ or break. */
const LONGEST_NUMBER = 128;
const CHECK_EVERY = 4096;
/** Bytes a leaf takes at least in ordinary texts: the first guess at how many there are. */
const BYTES_A_LEAF = 16;
/** The class of each byte; 0, which is no class, for those at which a run of a string's plain characters ends. */
const PLAIN: Int32Array = BYTE_CLASS.map((bits, byte) =>
  byte < 0x20 || byte === QUOTE || byte === BACKSLASH ? 0 : bits,
);

const TRUE = Buffer.from("true");
const FALSE = Buffer.from("false");
const NULL = Buffer.from("null");

/**
 * One pass over the UTF-8 bytes of a JSON text (RFC 8259) that records every key and scalar: where it stands, what it
 * is, which characters it holds. Iterative, linear, and without an object for each leaf.
 */
export class JsonScanner {
  readonly #source: Uint8Array;
  readonly #budget: Budget;
  #length = 0;
  #table: LeafColumns;
  readonly #parents: number[] = [];
  readonly #parentSteps: number[] = [];
  readonly #keys = new OpenKeys();
  #at: number;
  /** Leaves that hold a lone surrogate, whose key is there already, or whose number no double can hold. */
  readonly loneSurrogates: number[] = [];
  readonly duplicateKeys: number[] = [];
  readonly hugeNumbers: number[] = [];

  /** `from`: offset at which the text begins, past a prefix. */
  constructor(source: Uint8Array, from: number, budget: Budget) {
    this.#source = source;
    this.#at = from;
    this.#budget = budget;
    const guess = Math.min(Math.ceil(source.length / BYTES_A_LEAF) + 16, budget.leavesLeft());
    this.#table = columnsOf(Math.max(guess, 16));
  }

  /** The leaves recorded so far. */
  columns(): JsonColumns {
    return { ...this.#table, length: this.#length, parents: this.#parents, parentSteps: this.#parentSteps };
  }

  /** Scans one JSON text to the end of the source. Throws `JsonSyntaxError` and `BudgetExceeded`. */
  scan(): void {
    this.#skipSpace();
    this.#values();
    this.#skipSpace();
    if (this.#at < this.#source.length) this.#fail("data after the end of the JSON text");
  }

  /** All values, with an explicit stack: `container` is the open one, `step` the next value's place in it. */
  #values(): void {
    const source = this.#source;
    let container = -1;
    let step = 0;
    /** For each open container: where its keys begin among the open ones (objects), or -1 (arrays). */
    const firstKeys: number[] = [];
    for (;;) {
      const byte = source[this.#at];
      if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        this.#parents.push(container);
        this.#parentSteps.push(step);
        container = this.#parents.length - 1;
        firstKeys.push(byte === OPEN_BRACE ? this.#keys.count : -1);
        this.#budget.checkDepth(firstKeys.length);
        this.#at++;
        this.#skipSpace();
        if (source[this.#at] !== byte + 2) {
          step = byte === OPEN_BRACE ? this.#key(container) : ~0;
          continue;
        }
      } else {
        this.#scalar(byte, container, step);
        if (container < 0) return;
        this.#skipSpace();
      }
      // A value has ended: close all that ends with it, then go on to the next one.
      let firstKey = firstKeys.at(-1) ?? -1;
      while (source[this.#at] === (firstKey < 0 ? CLOSE_BRACKET : CLOSE_BRACE)) {
        this.#at++;
        if (firstKey >= 0) this.#closeObject(firstKey);
        firstKeys.pop();
        step = this.#parentSteps[container] ?? 0;
        container = this.#parents[container] ?? -1;
        if (container < 0) return;
        if (step >= 0) this.#table.memberEnds[step] = this.#at;
        this.#skipSpace();
        firstKey = firstKeys.at(-1) ?? -1;
      }
      if (source[this.#at] !== COMMA) this.#fail("expected a comma or the end of the object or array");
      this.#at++;
      this.#skipSpace();
      step = firstKey < 0 ? ~(~step + 1) : this.#key(container);
    }
  }

  #skipSpace(): void {
    // Small enough to be inlined: most texts have no space at all.
    if ((this.#source[this.#at] ?? 0) <= 0x20) this.#skipRun();
  }

  #skipRun(): void {
    const source = this.#source;
    let at = this.#at;
    for (;;) {
      const byte = source[at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
      at++;
    }
    this.#at = at;
  }

  /** A key and its colon; gives the key's leaf number. */
  #key(container: number): number {
    const source = this.#source;
    if (source[this.#at] !== QUOTE) this.#fail("expected a key in double quotes");
    const start = this.#at + 1;
    let at = start;
    let classes = 0;
    let hash = 0;
    for (; at < source.length; at++) {
      const byte = source[at] ?? 0;
      const bits = PLAIN[byte] ?? 0;
      if (bits === 0) break;
      classes |= bits;
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    let leaf: number;
    if (source[at] === QUOTE) {
      this.#at = at + 1;
      leaf = this.#leaf(JsonKind.key, start, at, classes, container, 0);
    } else {
      leaf = this.#escapedString(JsonKind.key, start, at, classes, container, 0);
      hash = hashOf(this.#keyText(leaf));
    }
    this.#table.steps[leaf] = leaf;
    this.#keys.add(leaf, hash);
    this.#skipSpace();
    if (source[this.#at] !== COLON) this.#fail("expected a colon");
    this.#at++;
    this.#skipSpace();
    return leaf;
  }

  #scalar(byte: number | undefined, container: number, step: number): void {
    if (byte === QUOTE) this.#string(container, step);
    else if (byte !== undefined && (byte === MINUS || (byte >= 0x30 && byte <= 0x39))) this.#number(container, step);
    else this.#literal(byte, container, step);
    if (step >= 0 && container >= 0) this.#table.memberEnds[step] = this.#at;
  }

  #string(container: number, step: number): void {
    const source = this.#source;
    const start = this.#at + 1;
    let at = start;
    let classes = 0;
    for (; at < source.length; at++) {
      const bits = PLAIN[source[at] ?? 0] ?? 0;
      if (bits === 0) break;
      classes |= bits;
    }
    if (source[at] === QUOTE) {
      this.#at = at + 1;
      this.#leaf(JsonKind.string, start, at, classes, container, step);
    } else {
      this.#escapedString(JsonKind.string, start, at, classes, container, step);
    }
  }

  /** A string from the first byte on that is not plain; gives its leaf number. */
  #escapedString(kind: number, start: number, from: number, before: number, container: number, step: number): number {
    const source = this.#source;
    let at = from;
    let classes = before;
    let lone = false;
    for (;;) {
      const byte = source[at] ?? 0;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) {
        const code = this.#escape(at);
        if (code >= 0xd800 && code <= 0xdfff) lone ||= this.#isLone(at, code);
        classes |= code < 0x80 ? (BYTE_CLASS[code] ?? 0) : CharClass.nonAscii;
        at += source[at + 1] === 0x75 ? 6 : 2;
        if (code >= 0xd800 && code <= 0xdbff && !lone) at += 6;
        continue;
      }
      if (byte < 0x20)
        this.#fail(at >= source.length ? "a string does not end" : "a control character in a string", at);
      classes |= BYTE_CLASS[byte] ?? 0;
      at++;
    }
    this.#at = at + 1;
    const leaf = this.#leaf(kind | ESCAPED, start, at, classes, container, step);
    if (lone) this.loneSurrogates.push(leaf);
    return leaf;
  }

  /** The UTF-16 code unit that the escape at an offset stands for. */
  #escape(at: number): number {
    switch (this.#source[at + 1] ?? 0) {
      case 0x22:
        return 0x22;
      case 0x5c:
        return 0x5c;
      case 0x2f:
        return 0x2f;
      case 0x62:
      case 0x66:
      case 0x6e:
      case 0x72:
      case 0x74:
        return 0x0a;
      case 0x75:
        return this.#hex(at + 2);
      default:
        return this.#fail("an unknown escape in a string", at);
    }
  }

  #hex(at: number): number {
    let code = 0;
    for (let i = at; i < at + 4; i++) {
      const byte = this.#source[i] ?? 0;
      const letter = byte | 0x20;
      if (byte >= 0x30 && byte <= 0x39) code = code * 16 + byte - 0x30;
      else if (letter >= 0x61 && letter <= 0x66) code = code * 16 + letter - 0x57;
      else this.#fail("an unknown escape in a string", at - 2);
    }
    return code;
  }

  /** Whether the surrogate escaped at an offset has no partner after it. */
  #isLone(at: number, code: number): boolean {
    if (code >= 0xdc00) return true;
    if (this.#source[at + 6] !== 0x5c || this.#source[at + 7] !== 0x75) return true;
    const next = this.#hex(at + 8);
    return next < 0xdc00 || next > 0xdfff;
  }

  #number(container: number, step: number): void {
    const source = this.#source;
    const start = this.#at;
    let classes: number = CharClass.digit;
    let at = start;
    if (source[at] === MINUS) {
      classes |= CharClass.hyphen;
      at++;
    }
    at = source[at] === 0x30 ? at + 1 : this.#digits(at, start);
    if (source[at] === DOT) {
      classes |= CharClass.dot;
      at = this.#digits(at + 1, start);
    }
    const exponent = ((source[at] ?? 0) | 0x20) === 0x65;
    if (exponent) {
      classes |= CharClass.letter;
      at++;
      const sign = source[at];
      if (sign === MINUS || sign === PLUS) {
        classes |= sign === PLUS ? CharClass.plus : CharClass.hyphen;
        at++;
      }
      at = this.#digits(at, start);
    }
    if (isOfNumber(source[at] ?? 0)) this.#fail("a malformed number", start);
    this.#at = at;
    const leaf = this.#leaf(JsonKind.number, start, at, classes, container, step);
    if (at - start > LONGEST_NUMBER || (exponent && !Number.isFinite(Number(this.#ascii(start, at)))))
      this.hugeNumbers.push(leaf);
  }

  /** Past one digit and all that follow it. */
  #digits(from: number, number: number): number {
    const source = this.#source;
    let at = from;
    for (;;) {
      const byte = source[at] ?? 0;
      if (byte < 0x30 || byte > 0x39) break;
      at++;
    }
    if (at === from) this.#fail("a malformed number", number);
    return at;
  }

  #literal(byte: number | undefined, container: number, step: number): void {
    const start = this.#at;
    const word = byte === 0x74 ? TRUE : byte === 0x66 ? FALSE : NULL;
    for (let i = 0; i < word.length; i++)
      if (this.#source[start + i] !== word[i])
        this.#fail(start < this.#source.length ? "expected a value" : "the JSON text ends early");
    this.#at = start + word.length;
    this.#leaf(JsonKind.literal, start, this.#at, CharClass.letter, container, step);
  }

  /** Looks for a key that is there twice: by hash first, by text where hashes collide. */
  #closeObject(firstKey: number): void {
    const suspects = this.#keys.close(firstKey);
    if (suspects === undefined) return;
    const texts = new Set<string>();
    for (const key of suspects) {
      const text = this.#keyText(key);
      if (texts.has(text)) this.duplicateKeys.push(key);
      texts.add(text);
    }
  }

  #keyText(key: number): string {
    const { starts, ends } = this.#table;
    const text = Buffer.from(this.#source.buffer, this.#source.byteOffset, this.#source.byteLength);
    return JSON.parse(text.toString("utf8", (starts[key] ?? 0) - 1, (ends[key] ?? 0) + 1));
  }

  #ascii(start: number, end: number): string {
    return Buffer.from(this.#source.buffer, this.#source.byteOffset + start, end - start).toString("latin1");
  }

  #leaf(kind: number, start: number, end: number, classes: number, container: number, step: number): number {
    const leaf = this.#length;
    if (leaf === this.#table.kinds.length) this.#grow();
    const table = this.#table;
    table.kinds[leaf] = kind;
    table.starts[leaf] = start;
    table.ends[leaf] = end;
    table.classes[leaf] = classes;
    table.containers[leaf] = container;
    table.steps[leaf] = step;
    this.#length = leaf + 1;
    if (leaf % CHECK_EVERY === 0) this.#budget.checkTime();
    return leaf;
  }

  #grow(): void {
    // Asking for more than is left makes the budget throw.
    if (this.#length >= this.#budget.leavesLeft()) this.#budget.takeLeaves(this.#length + 1);
    this.#table = enlarged(this.#table, this.#length * 2);
  }

  #fail(message: string, offset = this.#at): never {
    throw new JsonSyntaxError(message, offset);
  }
}

/** Whether a byte could go on a number: what follows a number and could is no part of a JSON text. */
function isOfNumber(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || byte === PLUS || byte === MINUS || byte === DOT || (byte | 0x20) === 0x65;
}

function hashOf(text: string): number {
  return Buffer.from(text, "utf8").reduce((hash, byte) => (Math.imul(hash, 31) + byte) | 0, 0);
}
