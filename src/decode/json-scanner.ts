import type { Budget } from "../core/budget.ts";
import { BYTE_CLASS, CharClass } from "../core/char-class.ts";
import { ESCAPED, type JsonColumns, JsonKind } from "./json-leaves.ts";

/** Where and why a text is not JSON. */
export class JsonSyntaxError extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERALS: readonly string[] = ["true", "false", "null"];
/** Digits of the longest number that parsers agree on; beyond, or beyond a double's range, they differ or break. */
const LONGEST_NUMBER = 128;
const CHECK_EVERY = 4096;

/**
 * One pass over the UTF-8 bytes of a JSON text (RFC 8259) that records every key and scalar: where it stands, what it
 * is, which characters it holds. Iterative, linear, and without an object for each leaf.
 */
export class JsonScanner {
  readonly #source: Uint8Array;
  readonly #budget: Budget;
  #length = 0;
  #kinds = new Uint8Array(256);
  #starts = new Int32Array(256);
  #ends = new Int32Array(256);
  #classes = new Int32Array(256);
  #containers = new Int32Array(256);
  #steps = new Int32Array(256);
  #memberEnds = new Int32Array(256);
  #hashes = new Int32Array(256);
  readonly #parents: number[] = [];
  readonly #parentSteps: number[] = [];
  #at: number;
  #hash = 0;
  /** Leaves that hold a lone surrogate, whose key is there already, or whose number no double can hold. */
  readonly loneSurrogates: number[] = [];
  readonly duplicateKeys: number[] = [];
  readonly hugeNumbers: number[] = [];

  /** `from`: offset at which the text begins, past a prefix. */
  constructor(source: Uint8Array, from: number, budget: Budget) {
    this.#source = source;
    this.#at = from;
    this.#budget = budget;
  }

  /** The leaves recorded so far. */
  columns(): JsonColumns {
    return {
      length: this.#length,
      kinds: this.#kinds,
      starts: this.#starts,
      ends: this.#ends,
      classes: this.#classes,
      containers: this.#containers,
      steps: this.#steps,
      memberEnds: this.#memberEnds,
      parents: this.#parents,
      parentSteps: this.#parentSteps,
    };
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
    let container = -1;
    let step = 0;
    /** For each open container: the keys it has so far (objects), or undefined (arrays). */
    const keys: (number[] | undefined)[] = [];
    for (;;) {
      const byte = this.#source[this.#at];
      if (byte === 0x7b || byte === 0x5b) {
        this.#parents.push(container);
        this.#parentSteps.push(step);
        container = this.#parents.length - 1;
        keys.push(byte === 0x7b ? [] : undefined);
        this.#budget.checkDepth(keys.length);
        this.#at++;
        this.#skipSpace();
        if (this.#source[this.#at] !== (byte === 0x7b ? 0x7d : 0x5d)) {
          step = byte === 0x7b ? this.#key(container, keys.at(-1)) : ~0;
          continue;
        }
      } else {
        this.#scalar(byte, container, step);
        if (container < 0) return;
        this.#skipSpace();
      }
      // A value has ended: close all that ends with it, then go on to the next one.
      while (this.#isClosing(keys)) {
        this.#at++;
        this.#closeObject(keys.pop());
        step = this.#parentSteps[container] ?? 0;
        container = this.#parents[container] ?? -1;
        if (container < 0) return;
        if (step >= 0) this.#memberEnds[step] = this.#at;
        this.#skipSpace();
      }
      if (this.#source[this.#at] !== 0x2c) this.#fail("expected a comma or the end of the object or array");
      this.#at++;
      this.#skipSpace();
      const open = keys.at(-1);
      step = open === undefined ? ~(~step + 1) : this.#key(container, open);
    }
  }

  #isClosing(keys: readonly (number[] | undefined)[]): boolean {
    return this.#source[this.#at] === (keys.at(-1) === undefined ? 0x5d : 0x7d);
  }

  #skipSpace(): void {
    let at = this.#at;
    for (;;) {
      const byte = this.#source[at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
      at++;
    }
    this.#at = at;
  }

  /** A key and its colon; gives the key's leaf number. */
  #key(container: number, keys: number[] | undefined): number {
    if (this.#source[this.#at] !== 0x22) this.#fail("expected a key in double quotes");
    const leaf = this.#string(JsonKind.key, container, 0);
    this.#steps[leaf] = leaf;
    keys?.push(leaf);
    this.#skipSpace();
    if (this.#source[this.#at] !== 0x3a) this.#fail("expected a colon");
    this.#at++;
    this.#skipSpace();
    return leaf;
  }

  #scalar(byte: number | undefined, container: number, step: number): void {
    if (byte === 0x22) this.#string(JsonKind.string, container, step);
    else if (byte !== undefined && (byte === 0x2d || (byte >= 0x30 && byte <= 0x39))) this.#number(container, step);
    else this.#literal(container, step);
    if (step >= 0 && container >= 0) this.#memberEnds[step] = this.#at;
  }

  #string(kind: number, container: number, step: number): number {
    const source = this.#source;
    const start = this.#at + 1;
    let at = start;
    let classes = 0;
    let hash = 0;
    let escaped = 0;
    let lone = false;
    for (;;) {
      const byte = source[at] ?? 0;
      if (byte === 0x22) break;
      if (byte === 0x5c) {
        escaped = ESCAPED;
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
      hash = (Math.imul(hash, 31) + byte) | 0;
      at++;
    }
    this.#at = at + 1;
    this.#hash = hash;
    const leaf = this.#leaf(kind | escaped, start, at, classes, container, step);
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
    const start = this.#at;
    let end = start;
    let classes = 0;
    for (; end < this.#source.length; end++) {
      const byte = this.#source[end] ?? 0;
      const isPart = (byte >= 0x2b && byte <= 0x39 && byte !== 0x2c && byte !== 0x2f) || (byte | 0x20) === 0x65;
      if (!isPart) break;
      classes |= BYTE_CLASS[byte] ?? 0;
    }
    const text = Buffer.from(this.#source.buffer, this.#source.byteOffset + start, end - start).toString("latin1");
    NUMBER.lastIndex = 0;
    if (NUMBER.exec(text)?.[0].length !== text.length) this.#fail("a malformed number", start);
    this.#at = end;
    const leaf = this.#leaf(JsonKind.number, start, end, classes, container, step);
    if (text.length > LONGEST_NUMBER || !Number.isFinite(Number(text))) this.hugeNumbers.push(leaf);
  }

  #literal(container: number, step: number): void {
    const start = this.#at;
    const rest = Buffer.from(
      this.#source.buffer,
      this.#source.byteOffset + start,
      Math.min(5, this.#source.length - start),
    );
    const text = rest.toString("latin1");
    const literal = LITERALS.find((word) => text.startsWith(word));
    if (literal === undefined)
      this.#fail(start < this.#source.length ? "expected a value" : "the JSON text ends early");
    this.#at = start + literal.length;
    this.#leaf(JsonKind.literal, start, this.#at, CharClass.letter, container, step);
  }

  /** Looks for a key that is there twice: by hash first, by text where hashes collide. */
  #closeObject(keys: readonly number[] | undefined): void {
    if (keys === undefined || keys.length < 2) return;
    const hashes = new Set(keys.map((key) => this.#keyHash(key)));
    if (hashes.size === keys.length) return;
    const texts = new Set<string>();
    for (const key of keys) {
      const text = this.#keyText(key);
      if (texts.has(text)) this.duplicateKeys.push(key);
      texts.add(text);
    }
  }

  #keyHash(key: number): number {
    if (((this.#kinds[key] ?? 0) & ESCAPED) === 0) return this.#hashes[key] ?? 0;
    return Buffer.from(this.#keyText(key), "utf8").reduce((hash, byte) => (Math.imul(hash, 31) + byte) | 0, 0);
  }

  #keyText(key: number): string {
    const text = Buffer.from(this.#source.buffer, this.#source.byteOffset, this.#source.byteLength);
    return JSON.parse(text.toString("utf8", (this.#starts[key] ?? 0) - 1, (this.#ends[key] ?? 0) + 1));
  }

  #leaf(kind: number, start: number, end: number, classes: number, container: number, step: number): number {
    const leaf = this.#length;
    if (leaf === this.#kinds.length) this.#grow();
    this.#kinds[leaf] = kind;
    this.#starts[leaf] = start;
    this.#ends[leaf] = end;
    this.#classes[leaf] = classes;
    this.#containers[leaf] = container;
    this.#steps[leaf] = step;
    this.#hashes[leaf] = this.#hash;
    this.#length = leaf + 1;
    if (leaf % CHECK_EVERY === 0) this.#budget.checkTime();
    return leaf;
  }

  #grow(): void {
    // Asking for more than is left makes the budget throw.
    if (this.#length >= this.#budget.leavesLeft()) this.#budget.takeLeaves(this.#length + 1);
    const size = this.#length * 2;
    this.#kinds = grown(this.#kinds, new Uint8Array(size));
    this.#starts = grown(this.#starts, new Int32Array(size));
    this.#ends = grown(this.#ends, new Int32Array(size));
    this.#classes = grown(this.#classes, new Int32Array(size));
    this.#containers = grown(this.#containers, new Int32Array(size));
    this.#steps = grown(this.#steps, new Int32Array(size));
    this.#memberEnds = grown(this.#memberEnds, new Int32Array(size));
    this.#hashes = grown(this.#hashes, new Int32Array(size));
  }

  #fail(message: string, offset = this.#at): never {
    throw new JsonSyntaxError(message, offset);
  }
}

function grown<T extends Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
