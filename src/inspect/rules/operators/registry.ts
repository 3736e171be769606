import { beginsWith } from "./begins-with.ts";
import { detectSQLi } from "./detect-sqli.ts";
import { detectXSS } from "./detect-xss.ts";
import { eq, ge, gt, le, lt } from "./compare.ts";
import { containsWord } from "./contains-word.ts";
import { contains } from "./contains.ts";
import { endsWith } from "./ends-with.ts";
import { ipMatch, ipMatchFromFile } from "./ip-match.ts";
import { geoLookup, noMatch, rbl } from "./never.ts";
import type { OperatorFactory } from "./operator.ts";
import { pmFromFile } from "./pm-from-file.ts";
import { pm } from "./pm.ts";
import { rx } from "./rx.ts";
import { streq } from "./streq.ts";
import { strmatch } from "./strmatch.ts";
import { unconditionalMatch } from "./unconditional-match.ts";
import { validateByteRange } from "./validate-byte-range.ts";
import { validateUrlEncoding } from "./validate-url-encoding.ts";
import { validateUtf8Encoding } from "./validate-utf8-encoding.ts";
import { within } from "./within.ts";

const BY_NAME: Readonly<Record<string, OperatorFactory>> = {
  beginsWith,
  contains,
  containsWord,
  detectSQLi,
  detectXSS,
  endsWith,
  eq,
  ge,
  geoLookup,
  gt,
  ipMatch,
  ipMatchF: ipMatchFromFile,
  ipMatchFromFile,
  le,
  lt,
  noMatch,
  pm,
  pmf: pmFromFile,
  pmFromFile,
  rbl,
  rx,
  streq,
  strmatch,
  unconditionalMatch,
  validateByteRange,
  validateUrlEncoding,
  validateUtf8Encoding,
  within,
};

/** Every operator, by its name in SecLang, compared without case. */
export const OPERATORS: ReadonlyMap<string, OperatorFactory> = new Map(
  Object.entries(BY_NAME).map(([name, factory]) => [name.toLowerCase(), factory]),
);
