import { CharClass } from "../../../core/char-class.ts";
import type { Transformation } from "./transformation.ts";

const byte = (hex: string): string => String.fromCharCode(Number.parseInt(hex, 16));

/** `t:urlDecode`: `%XX` and `+`; malformed sequences stay. Bytes that are UTF-8 together become their character. */
export const urlDecode: Transformation = {
  name: "urlDecode",
  triggers: CharClass.percent | CharClass.plus,
  apply: (value) => utf8Runs(value.replaceAll("+", " ")),
};

/** `t:urlDecodeUni`: as `urlDecode`, and Microsoft's `%uXXXX`, full-width forms as their ASCII. */
export const urlDecodeUni: Transformation = {
  name: "urlDecodeUni",
  triggers: CharClass.percent | CharClass.plus,
  apply: (value) =>
    utf8Runs(
      value.replaceAll("+", " ").replaceAll(/%u([0-9a-f]{4})/gi, (_, hex: string) => byte(hex).normalize("NFKC")),
    ),
};

function utf8Runs(value: string): string {
  return value.replaceAll(/(?:%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => byte(hex));
    }
  });
}

const NAMED: Readonly<Record<string, string>> = {
  quot: '"',
  apos: "'",
  amp: "&",
  lt: "<",
  gt: ">",
  nbsp: "\u00a0",
  colon: ":",
  sol: "/",
  lpar: "(",
  rpar: ")",
  tab: "\t",
  newline: "\n",
  semi: ";",
  equals: "=",
  excl: "!",
  grave: "`",
  dollar: "$",
  lbrace: "{",
  rbrace: "}",
  lcub: "{",
  rcub: "}",
};

/** `t:htmlEntityDecode`: `&#xHH;`, `&#DD;` and the names that matter, with or without the semicolon. */
export const htmlEntityDecode: Transformation = {
  name: "htmlEntityDecode",
  triggers: CharClass.ampersand,
  apply: (value) =>
    value.replaceAll(
      /&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|([a-z]{2,8}));?/gi,
      (whole, hex?: string, decimal?: string, name?: string) => {
        if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole;
        const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
        return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      },
    ),
};

const SIMPLE: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", v: "\v", a: "\u0007" };

/** `t:jsDecode`: `\uHHHH`, `\u{H}`, `\xHH`, octal and simple escapes of JavaScript. */
export const jsDecode: Transformation = {
  name: "jsDecode",
  triggers: CharClass.backslash,
  apply: (value) =>
    value.replaceAll(
      /\\(?:u\{([0-9a-f]{1,6})\}|u([0-9a-f]{4})|x([0-9a-f]{2})|([0-7]{1,3})|(.))/gis,
      (whole, wide?: string, four?: string, two?: string, octal?: string, one?: string) => {
        const hex = wide ?? four ?? two;
        const code = hex === undefined ? Number.parseInt(octal ?? "", 8) : Number.parseInt(hex, 16);
        if (one !== undefined) return SIMPLE[one] ?? one;
        return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      },
    ),
};
