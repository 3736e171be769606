/**
 * Decodings as an application does them, on ordinary text: they go further than the SecLang transformations of the same
 * names, which work on bytes as ModSecurity does.
 */

const byte = (hex: string): string => String.fromCharCode(Number.parseInt(hex, 16));

/** `%XX`, `+` and Microsoft's `%uXXXX` with full-width forms as their ASCII. Bytes that are UTF-8 together become their character. */
export function decodeUrl(value: string): string {
  return utf8Runs(
    value.replaceAll("+", " ").replaceAll(/%u([0-9a-f]{4})/gi, (_, hex: string) => byte(hex).normalize("NFKC")),
  );
}

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

/** The names of characters that are decoded, in lower case. */
export const ENTITY_NAMES: readonly string[] = Object.keys(NAMED);

/** `&#xHH;`, `&#DD;` and the names that matter, with or without the semicolon. */
export function decodeEntities(value: string): string {
  return value.replaceAll(
    /&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|([a-z]{2,8}));?/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

const SIMPLE: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", v: "\v", a: "\u0007" };

/** `\uHHHH`, `\u{H}`, `\xHH`, octal and simple escapes of JavaScript. */
export function decodeEscapes(value: string): string {
  return value.replaceAll(
    /\\(?:u\{([0-9a-f]{1,6})\}|u([0-9a-f]{4})|x([0-9a-f]{2})|([0-7]{1,3})|(.))/gis,
    (whole, wide?: string, four?: string, two?: string, octal?: string, one?: string) => {
      const hex = wide ?? four ?? two;
      const code = hex === undefined ? Number.parseInt(octal ?? "", 8) : Number.parseInt(hex, 16);
      if (one !== undefined) return SIMPLE[one] ?? one;
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
