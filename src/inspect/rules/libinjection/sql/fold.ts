import type { SqlInput } from "./input.ts";
import type { Folding } from "./folding.ts";
import { foldPair } from "./fold-pairs.ts";
import { foldTriple } from "./fold-triples.ts";
import { isBeyondTable } from "./beyond-table.ts";
import { clear, copy, emptyToken, isUnary, Kind, type Token, valueLength } from "./token.ts";
import { nextToken } from "./tokenizer.ts";

/** Tokens of a fingerprint. One more is read where it tells the kind of the fifth. */
const MOST = 5;
const TICK = 0x60;

/**
 * Folds a text's tokens into at most five that tell its shape: `1 + 2 * 3` is as good as `1`. The tokens are kept from one
 * text to the next, so that none is made anew.
 */
export class TokenFolder implements Folding {
  readonly tokens: readonly Token[] = Array.from({ length: MOST + 3 }, emptyToken);
  count = 0;
  left = 0;
  #more = true;
  readonly #comment = emptyToken();
  readonly #kinds: number[] = [];

  /** The token at a place of the fingerprint. */
  token(at: number): Token {
    return this.tokens[at] ?? this.#comment;
  }

  /**
   * Folds the text, and returns the kinds of its tokens, in a list that is good until the next call; none where they are surely
   * no fingerprint of the table.
   */
  fold(input: SqlInput): readonly number[] {
    this.left = 0;
    this.#more = true;
    this.#kinds.length = 0;
    clear(this.#comment);
    this.count = this.#skipStart(input) ? 1 : 0;
    if (this.count === 0) return this.#kinds;
    while (this.#step(input));
    if (this.left < MOST && this.#comment.kind === Kind.comment) copy(this.token(this.left++), this.#comment);
    const length = Math.min(this.left, MOST);
    const last = this.token(length - 1);
    if (length > 2 && isOpenTick(last)) last.kind = Kind.comment;
    for (let i = 0; i < length; i++) this.#kinds.push(this.token(i).kind);
    return this.#kinds;
  }

  /** Comments, opening parentheses, types and unary operators at the beginning say nothing. */
  #skipStart(input: SqlInput): boolean {
    const first = this.token(0);
    while (nextToken(input, first)) {
      const { kind } = first;
      const isVoid = kind === Kind.comment || kind === Kind.leftParen || kind === Kind.sqlType || isUnary(first);
      if (!isVoid) return true;
    }
    return false;
  }

  /** One look at the tokens; false when the folding is done, with `left` the number of tokens. */
  #step(input: SqlInput): boolean {
    if (this.count >= MOST && this.#hasParens() && isHarmlessFive(this.tokens)) this.#startOver();
    if (!this.#more || this.left >= MOST) {
      this.left = this.count;
      return false;
    }
    if (!this.#read(input, 2)) return true;
    const pair = foldPair(this);
    if (pair === "folded") return true;
    if (pair === "evil") {
      this.token(0).kind = Kind.evil;
      this.left = 1;
      return false;
    }
    if (this.left === 0 && isBeyondTable(this.token(0), this.token(1), input)) {
      this.#comment.kind = Kind.none;
      return false;
    }
    if (this.#read(input, 3) && !foldTriple(this)) this.left++;
    return true;
  }

  #hasParens(): boolean {
    return this.token(2).kind === Kind.leftParen || this.token(3).kind === Kind.leftParen;
  }

  #startOver(): void {
    if (this.count > MOST) copy(this.token(1), this.token(MOST));
    this.count = this.count > MOST ? 2 : 1;
    this.left = 0;
  }

  /** Reads on until so many tokens stand from `left`; where the text has fewer, all are looked at already. */
  #read(input: SqlInput, wanted: number): boolean {
    while (this.#more && this.count <= MOST && this.count - this.left < wanted) {
      const token = this.token(this.count);
      this.#more = nextToken(input, token);
      if (!this.#more) break;
      if (token.kind === Kind.comment) copy(this.#comment, token);
      else {
        this.#comment.kind = Kind.none;
        this.count++;
      }
    }
    const enough = this.count - this.left >= wanted;
    if (!enough) this.left = this.count;
    return enough;
  }
}

/** Five tokens that are arithmetic or a list in parentheses, such as `1 + (2)`. */
function isHarmlessFive(tokens: readonly Token[]): boolean {
  const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0] = tokens.slice(0, MOST).map(({ kind }) => kind);
  const { number, bareword, operator, comma, leftParen, rightParen } = Kind;
  if (third === leftParen && fifth === rightParen) {
    if (first === number) return (second === operator || second === comma) && fourth === number;
    return first === bareword && second === operator && (fourth === bareword || fourth === number);
  }
  if (second !== rightParen || fourth !== leftParen || first !== fifth) return false;
  return (first === number && third === comma) || (first === bareword && third === operator);
}

/** A backtick at the end of a text is a comment to PHP's MySQL. */
function isOpenTick(token: Token): boolean {
  return token.kind === Kind.bareword && token.open === TICK && token.close === 0 && valueLength(token) === 0;
}
