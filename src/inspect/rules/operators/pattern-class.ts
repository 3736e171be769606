import { type ByteSet, complement } from "../byte-set.ts";
import { addOtherCase, GENERIC_TYPES, POSIX_CLASSES, propertySet } from "./byte-set.ts";
import { PROPERTY, readCharacter } from "./pattern-escape.ts";

/** A class of a pattern, read. */
export interface PatternClass {
  /** What it names; of a negated class, what it must not be. */
  readonly set: ByteSet;
  readonly negated: boolean;
  /** The place after its closing bracket. */
  readonly end: number;
}

/** Reads the class that begins with the bracket at a place. Throws `SyntaxError` for what PCRE refuses. */
export function readClass(pattern: string, start: number, ignoreCase: boolean): PatternClass {
  if (/^\[:\^?[a-z]*:\]/.test(pattern.slice(start, start + 20)))
    throw new SyntaxError("a POSIX class stands outside a class of characters");
  const negated = pattern[start + 1] === "^";
  const first = start + (negated ? 2 : 1);
  const set = new Uint8Array(256);
  let at = first;
  while (pattern[at] !== "]" || at === first) {
    if (at >= pattern.length) throw new SyntaxError("a class of characters is not closed");
    const low = readMember(pattern, at);
    at = low.end;
    const high = pattern[at] === "-" && pattern[at + 1] !== "]" ? rangeEnd(pattern, low, at) : undefined;
    if (high === undefined) add(set, low.member);
    else {
      addRange(set, low.member, high.member);
      at = high.end;
    }
  }
  if (ignoreCase) addOtherCase(set);
  return { set, negated, end: at + 1 };
}

interface Member {
  /** A byte, or what a type such as `\d` or `[:alpha:]` stands for. */
  readonly member: number | ByteSet;
  readonly end: number;
}

function rangeEnd(pattern: string, low: Member, hyphen: number): Member {
  if (hyphen + 1 >= pattern.length) throw new SyntaxError("a class of characters is not closed");
  const high = readMember(pattern, hyphen + 1);
  if (typeof low.member !== "number" || typeof high.member !== "number")
    throw new SyntaxError("a range in a class has a type of characters at an end");
  return high;
}

function add(set: ByteSet, member: number | ByteSet): void {
  if (typeof member === "number") set[member] = 1;
  else for (const [code, held] of member.entries()) if (held === 1) set[code] = 1;
}

function addRange(set: ByteSet, low: number | ByteSet, high: number | ByteSet): void {
  if (typeof low !== "number" || typeof high !== "number") return;
  if (low > high) throw new SyntaxError("a range in a class of characters is out of order");
  set.fill(1, low, high + 1);
}

function readMember(pattern: string, at: number): Member {
  if (pattern[at] === "[") {
    POSIX.lastIndex = at;
    const [whole, not, name = ""] = POSIX.exec(pattern) ?? [];
    if (whole !== undefined) {
      const named = POSIX_CLASSES.get(name);
      if (named === undefined) throw new SyntaxError(`the class [:${name}:] is not known`);
      return { member: not === "^" ? complement(named) : named, end: at + whole.length };
    }
  }
  if (/^\[([.=])[^\]]*\1\]/.test(pattern.slice(at, at + 20)))
    throw new SyntaxError("collating elements have no equivalent");
  if (pattern[at] !== "\\") return { member: pattern.charCodeAt(at), end: at + 1 };
  const type = GENERIC_TYPES.get(pattern.charAt(at + 1));
  if (type !== undefined) return { member: type, end: at + 2 };
  PROPERTY.lastIndex = at;
  const [property] = PROPERTY.exec(pattern) ?? [];
  if (property !== undefined) return { member: propertySet(property), end: at + property.length };
  if (pattern[at + 1] === "b") return { member: 0x08, end: at + 2 };
  const { code, end } = readCharacter(pattern, at, true);
  return { member: code, end };
}

const POSIX = /\[:(\^?)([a-z]+):\]/y;
