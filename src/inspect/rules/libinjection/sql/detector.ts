import fingerprints from "../../../../../rules/libinjection/sql-fingerprints.json" with { type: "json" };
import { TokenFolder } from "./fold.ts";
import { isFalsePositive } from "./false-positives.ts";
import { type SqlInput, sqlInput } from "./input.ts";
import { Kind, type Token, valueLength } from "./token.ts";

/** The published table is compared without case: a type (`t`) may stand for Transact-SQL's word (`T`). */
const FINGERPRINTS: ReadonlySet<string> = new Set(fingerprints.map((fingerprint) => fingerprint.toUpperCase()));
const EVIL = "X";
const TICK = 0x60;
const QUOTE = { none: 0, single: 0x27, double: 0x22 } as const;

/**
 * SQL injection by the published libinjection algorithm: the text is read as SQL, as it is and as the rest of a string, and
 * its folded tokens are looked up in a table of attacks. As libinjection 3.9.2, which libmodsecurity 3.0.9 contains.
 */
export class SqlInjectionDetector {
  readonly #folder = new TokenFolder();

  /** The fingerprint of the attack in a byte string, such as `s&1c`; undefined where there is none. */
  detect(text: string): string | undefined {
    const found = this.#inBothDialects(text, QUOTE.none);
    if (found !== undefined) return found;
    const single = text.includes("'") ? this.#inBothDialects(text, QUOTE.single) : undefined;
    if (single !== undefined || !text.includes('"')) return single;
    return this.#attack(sqlInput(text, QUOTE.double, true));
  }

  /** As the standard reads it and, where the text has comments that MySQL reads otherwise, as MySQL does. */
  #inBothDialects(text: string, quote: number): string | undefined {
    const standard = sqlInput(text, quote, false);
    const found = this.#attack(standard);
    if (found !== undefined || standard.tightDashes + standard.hashes === 0) return found;
    return this.#attack(sqlInput(text, quote, true));
  }

  #attack(input: SqlInput): string | undefined {
    const fingerprint = this.#fingerprint(input);
    if (!FINGERPRINTS.has(fingerprint.toUpperCase())) return undefined;
    const first = this.#folder.token(0);
    const second = this.#folder.token(1);
    const third = this.#folder.token(2);
    return isFalsePositive({ fingerprint, first, second, third, input }) ? undefined : fingerprint;
  }

  #fingerprint(input: SqlInput): string {
    const length = this.#folder.fold(input);
    const last = this.#folder.token(length - 1);
    if (length > 2 && isOpenTick(last)) last.kind = Kind.comment;
    let fingerprint = "";
    for (let i = 0; i < length; i++) fingerprint += String.fromCharCode(this.#folder.token(i).kind);
    return fingerprint.includes(EVIL) ? EVIL : fingerprint;
  }
}

/** A backtick at the end of a text is a comment to PHP's MySQL. */
function isOpenTick(token: Token): boolean {
  return token.kind === Kind.bareword && token.open === TICK && token.close === 0 && valueLength(token) === 0;
}
