import { CharClass } from "../../core/char-class.ts";
import { decodeEntities, decodeEscapes, decodeUrl, ENTITY_NAMES } from "./decodings.ts";

/** An encoded attack in a value needs one of these. */
const ENCODED = CharClass.percent | CharClass.ampersand | CharClass.backslash;
/** Markup whose text holds escaped markup shows it to people: it has been encoded once already, by whoever wrote it. */
const MARKUP = /<(?:p|a|b|i|code|pre|br|em|strong|li|ul|ol|div|span|h[1-6]|table|td)(?:\s[^<>]{0,200})?\/?>/i;

/** Encodings of different kinds that are undone inside each other. */
const ROUNDS = 3;

/** What every value holds that decodes to another. */
export const ENCODED_TEXT = new RegExp(
  String.raw`\\|[&%][^]*\+|\+[^]*[&%]|%[0-9a-fu]|&(?:#|${ENTITY_NAMES.join("|")})`,
  "i",
);

/**
 * A value as an application reads it that decodes once more: URL-, HTML- and Unicode-escapes undone, up to twice
 * each, since what passes one decoder meets the next. Empty where nothing is encoded.
 */
export function decodedVariants(value: string, classes: number): string[] {
  if ((classes & ENCODED) === 0) return [];
  const variants = new Set<string>();
  const isMarkup = (classes & CharClass.less) !== 0 && MARKUP.test(value);
  const decodings = isMarkup ? [decodeUrl, decodeEscapes] : [decodeUrl, decodeEntities, decodeEscapes];
  for (const decoding of decodings) {
    const once = decoding(value);
    if (once === value) continue;
    variants.add(once);
    variants.add(decoding(once));
  }
  // Encodings inside each other, in any order: each round undoes one of every kind.
  let mixed = value;
  for (let round = 0; round < ROUNDS; round++) {
    const next = decodings.reduceRight((text, decoding) => decoding(text), mixed);
    if (next === mixed) break;
    variants.add(next);
    mixed = next;
  }
  variants.delete(value);
  return [...variants];
}
