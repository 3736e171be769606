import { isFingerprint } from "./fingerprints.ts";
import { TokenFolder } from "./fold.ts";
import { isFalsePositive } from "./false-positives.ts";
import { type SqlInput, sqlInput } from "./input.ts";
import { Kind } from "./token.ts";

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
    const kinds = this.#folder.fold(input);
    if (kinds.includes(Kind.evil)) return String.fromCharCode(Kind.evil);
    if (!isFingerprint(kinds)) return undefined;
    const fingerprint = String.fromCharCode(...kinds);
    const first = this.#folder.token(0);
    const second = this.#folder.token(1);
    const third = this.#folder.token(2);
    return isFalsePositive({ fingerprint, first, second, third, input }) ? undefined : fingerprint;
  }
}
