import { CharClass } from "../../../core/char-class.ts";
import type { Transformation } from "./transformation.ts";

const SLASH = 0x2f;
const DOT = 0x2e;
const BACKSLASH = 0x5c;

/** `t:normalizePath`: no doubled slashes, no self-references, and back-references undone as far as the path allows. */
export const normalizePath: Transformation = {
  name: "normalizePath",
  triggers: CharClass.slash | CharClass.dot,
  apply: (value) => normalized(value, false),
};
/** `t:normalisePath` */
export const normalisePath: Transformation = { ...normalizePath, name: "normalisePath" };

/** `t:normalizePathWin`: as `normalizePath`, with backslashes taken as slashes; of a run of them the last may stay. */
export const normalizePathWin: Transformation = {
  name: "normalizePathWin",
  triggers: CharClass.slash | CharClass.dot | CharClass.backslash,
  apply: (value) => normalized(value, true),
};
/** `t:normalisePathWin` */
export const normalisePathWin: Transformation = { ...normalizePathWin, name: "normalisePathWin" };

function normalized(value: string, windows: boolean): string {
  return value === "" ? "" : new PathNormalizer(value, windows).run();
}

/** Rewrites a path in place, as ModSecurity does: what is odd in its results is kept. */
class PathNormalizer {
  readonly #bytes: Buffer;
  readonly #end: number;
  readonly #windows: boolean;
  readonly #relative: boolean;
  readonly #trailing: boolean;
  #from = 0;
  #to = 0;
  #atRoot = false;

  constructor(value: string, windows: boolean) {
    this.#bytes = Buffer.from(value, "latin1");
    this.#end = value.length - 1;
    this.#windows = windows;
    this.#relative = !this.#isSlash(0);
    this.#trailing = this.#isSlash(this.#end);
  }

  run(): string {
    const bytes = this.#bytes;
    for (let done = false; !done && this.#from <= this.#end && this.#to <= this.#end;) {
      if (this.#windows) {
        this.#turn(this.#from);
        this.#turn(this.#from + 1);
      }
      done = this.#from === this.#end;
      const ends = done || bytes[this.#from + 1] === SLASH;
      if (!ends || this.#endSegment(done)) this.#copy();
    }
    const cut = !this.#trailing && this.#to > 0 && bytes[this.#to - 1] === SLASH;
    return bytes.toString("latin1", 0, cut ? this.#to - 1 : this.#to);
  }

  #isSlash(at: number): boolean {
    return this.#bytes[at] === SLASH || (this.#windows && this.#bytes[at] === BACKSLASH);
  }

  /** Makes a backslash a slash. */
  #turn(at: number): void {
    if (this.#bytes[at] === BACKSLASH) this.#bytes[at] = SLASH;
  }

  /** At the last byte of a segment: undoes a reference. False where there is nothing to copy. */
  #endSegment(done: boolean): boolean {
    const byte = this.#bytes[this.#from];
    if (byte === SLASH && !done) return true;
    if (byte !== DOT) {
      if (this.#to > 0) this.#atRoot = false;
      return true;
    }
    const before = this.#to > 0 ? this.#bytes[this.#to - 1] : undefined;
    if (before === DOT) {
      if (this.#relative && (this.#atRoot || this.#to <= 2)) {
        this.#atRoot = true;
        return true;
      }
      this.#goBack();
    } else if (before === SLASH) {
      if (!done) this.#to--;
    } else if (before !== undefined) return true;
    if (!done) this.#from++;
    return !done;
  }

  /** Removes a back-reference and the segment before it, never the root. */
  #goBack(): void {
    this.#to -= 3;
    while (this.#to > 0 && this.#bytes[this.#to] !== SLASH) this.#to--;
    if (this.#to > 0) return;
    this.#atRoot = true;
    this.#to = !this.#relative && this.#from === this.#end ? 1 : 0;
  }

  #copy(): void {
    const bytes = this.#bytes;
    if (bytes[this.#from] === SLASH) {
      while (this.#from < this.#end && this.#isSlash(this.#from + 1)) this.#from++;
      if (this.#relative && this.#to === 0) {
        this.#from++;
        return;
      }
    }
    bytes[this.#to++] = bytes[this.#from++] ?? 0;
  }
}
