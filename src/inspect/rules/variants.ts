import { CharClass } from "../../core/char-class.ts";
import { htmlEntityDecode, jsDecode, urlDecodeUni } from "./transformations/decoding.ts";

/** An encoded attack in a value needs one of these. */
const ENCODED = CharClass.percent | CharClass.ampersand | CharClass.backslash;

/**
 * A value as an application reads it that decodes once more: URL-, HTML- and Unicode-escapes undone, up to twice
 * each, since what passes one decoder meets the next. Empty where nothing is encoded.
 */
export function decodedVariants(value: string, classes: number): string[] {
  if ((classes & ENCODED) === 0) return [];
  const variants = new Set<string>();
  for (const decoding of [urlDecodeUni, htmlEntityDecode, jsDecode]) {
    const once = decoding.apply(value);
    if (once === value) continue;
    variants.add(once);
    variants.add(decoding.apply(once));
  }
  const all = htmlEntityDecode.apply(urlDecodeUni.apply(jsDecode.apply(value)));
  if (all !== value) variants.add(all);
  return [...variants];
}
