import { bytesOf } from "../../byte-set.ts";
import { isBeginning } from "./fingerprints.ts";
import type { SqlInput } from "./input.ts";
import { isCallable, Kind, type Token, valueByte } from "./token.ts";
import { SQL_WORDS } from "./words.ts";

const CAPITAL_A = 0x41;
/** Kinds of a first token after which the second may go again: operators. */
const UNSETTLING = bytesOf("o&");
/** Kinds of a first token with which no fingerprint begins, and which no fold changes or takes away. */
const NEVER_FIRST = bytesOf(":?.BA");
/** Kinds of a second token that no fold changes or takes away; and those that only a phrase, or a parenthesis after them, changes. */
const SETTLED = bytesOf("1:;?s&");
const UNLESS_PHRASE = bytesOf("nUEfT");

/**
 * Whether two tokens, which were not folded, stay the first two whatever follows, and no fingerprint of the table begins so: most
 * prose is done with its second word. `input` is what was read of the text up to there.
 */
export function isBeyondTable(first: Token, second: Token, input: SqlInput): boolean {
  if (!isNeverFirst(first)) {
    if (isBeginning(first.kind, second.kind)) return false;
    if (UNSETTLING[first.kind] === 1 || !isSettled(second)) return false;
  }
  // MySQL may read the text otherwise, and what cannot be read for sure is an attack wherever it stands.
  if (input.hashes + input.tightDashes > 0) return false;
  return !input.text.includes("/*") && !input.text.includes("`");
}

/** Of operators, words may become a phrase or a function. */
function isNeverFirst(token: Token): boolean {
  return NEVER_FIRST[token.kind] === 1 || (token.kind === Kind.operator && valueByte(token, 0) < CAPITAL_A);
}

function isSettled(token: Token): boolean {
  if (SETTLED[token.kind] === 1) return true;
  return UNLESS_PHRASE[token.kind] === 1 && !SQL_WORDS.mayBeginPhrase(token) && !isCallable(token);
}
