import type { SqlInput } from "./input.ts";
import { beginsWithWord, Kind, type Token, valueByte, valueLength } from "./token.ts";

const HASH = 0x23;
const SLASH = 0x2f;
const HYPHEN = 0x2d;

/** What a fingerprint that is in the table was made from. */
export interface Suspect {
  readonly fingerprint: string;
  readonly first: Token;
  readonly second: Token;
  readonly third: Token;
  readonly input: SqlInput;
}

/** Whether a text with a fingerprint of the table is harmless all the same, as short ones often are. */
export function isFalsePositive(suspect: Suspect): boolean {
  const { fingerprint, input } = suspect;
  // SQL Server keeps statements that hold this word out of its audit log: a known trick.
  const hidesFromAudit = fingerprint.length > 1 && fingerprint.endsWith("c") && input.text.includes("sp_password");
  if (hidesFromAudit) return false;
  if (fingerprint.length === 2) return isHarmlessPair(suspect);
  return fingerprint.length === 3 && isHarmlessTriple(suspect);
}

function isHarmlessPair({ fingerprint, first, second, input }: Suspect): boolean {
  if (fingerprint[1] === "U") return input.tokens === 2;
  const sign = valueByte(second, 0);
  if (sign === HASH) return true;
  const isComment = second.kind === Kind.comment;
  if (first.kind === Kind.bareword && isComment && sign !== SLASH) return true;
  if (first.kind === Kind.number && isComment) return sign !== SLASH && !isNumberBeforeComment(input, first);
  // `1-- ` at the end is a probe; dashes before more text are prose.
  return valueLength(second) > 2 && sign === HYPHEN;
}

/** Something was folded away, or white space or a comment stands where a text that begins with the number goes on. */
function isNumberBeforeComment({ text, tokens }: SqlInput, number: Token): boolean {
  if (tokens > 2) return true;
  const after = valueLength(number);
  const byte = after < text.length ? text.charCodeAt(after) : 0;
  // A byte from 0x80 is negative in C, and so counts as white.
  if (byte <= 0x20 || byte >= 0x80) return true;
  return text.startsWith("/*", after) || text.startsWith("--", after);
}

/** Prose such as `this & that`, and keywords other than `INTO OUTFILE`. */
function isHarmlessTriple({ fingerprint, first, second, third, input }: Suspect): boolean {
  switch (fingerprint) {
    case "sos":
    case "s&s":
      return !(first.open === 0 && third.close === 0 && first.close === third.open);
    case "s&n":
    case "n&1":
    case "1&1":
    case "1&v":
    case "1&s":
      return input.tokens === 3;
    default:
      return second.kind === Kind.keyword && (valueLength(second) < 5 || !beginsWithWord(second, "INTO"));
  }
}
