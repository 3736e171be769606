import { htmlEntityDecode, jsDecode, urlDecode, urlDecodeUni } from "./decoding.ts";
import {
  cmdLine,
  compressWhitespace,
  lowercase,
  removeNulls,
  removeWhitespace,
  replaceComments,
  trim,
} from "./folding.ts";
import type { Transformation } from "./transformation.ts";

/** Every transformation, by its name in SecLang, compared without case. */
export const TRANSFORMATIONS: ReadonlyMap<string, Transformation> = new Map(
  [
    urlDecode,
    urlDecodeUni,
    htmlEntityDecode,
    jsDecode,
    lowercase,
    removeNulls,
    compressWhitespace,
    removeWhitespace,
    replaceComments,
    cmdLine,
    trim,
  ].map((transformation) => [transformation.name.toLowerCase(), transformation]),
);
