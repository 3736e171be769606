import type { OperatorFactory } from "./operator.ts";

/** `@validateUtf8Encoding`: the value is not valid UTF-8 (no over-long forms, no surrogates; as in libmodsecurity, up to U+13FFFF). */
export const validateUtf8Encoding: OperatorFactory = (argument) => ({
  name: "validateUtf8Encoding",
  argument,
  need: /[\x80-\xff]/,
  match: (value) => (VALID.test(value) ? undefined : [value]),
});

const VALID =
  /^(?:[\0-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf4][\x80-\xbf]{3})*$/;
