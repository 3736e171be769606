import { detectSQLi } from "./detect-sqli.ts";
import { detectXSS } from "./detect-xss.ts";
import type { OperatorFactory } from "./operator.ts";
import { pm } from "./pm.ts";
import { rx } from "./rx.ts";
import { beginsWith, contains, endsWith, noMatch, streq, unconditionalMatch, within } from "./strings.ts";

/** Every operator, by its name in SecLang, compared without case. */
export const OPERATORS: ReadonlyMap<string, OperatorFactory> = new Map(
  Object.entries({
    rx,
    pm,
    contains,
    beginsWith,
    endsWith,
    streq,
    within,
    unconditionalMatch,
    noMatch,
    detectSQLi,
    detectXSS,
  }).map(([name, factory]) => [name.toLowerCase(), factory]),
);
