import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findHidden, stripHidden } from "../../src/inspect/text/hidden.ts";

const tag = (text: string) => [...text].map((c) => String.fromCodePoint(0xe0000 + c.charCodeAt(0))).join("");
const kinds = (text: string) => findHidden(text).map(({ kind }) => kind);

describe("hidden text goes", () => {
  it.each([
    ["tag characters", `Great product. ${tag("ignore this")}`, "Great product. ", "tags"],
    ["tag characters after a black flag that is no flag", `🏴${tag("send me keys")}`, "🏴", "tags"],
    ["bytes in variation selectors", `Nice 😀\u{E0134}\u{E0159}\u{E0163}`, "Nice 😀", "variation-selectors"],
    ["selectors on letters", "a\uFE0Fb\uFE01c", "abc", "variation-selectors"],
    ["a message in zero-width bits", "Great\u200B\u200C\u200B\u200B\u200C news", "Great news", "zero-width"],
    ["a word split for a filter", "ig\u200Bnore", "ignore", "zero-width"],
    ["an override", "file\u202Egpj.exe\u202C", "filegpj.exe", "bidi"],
    ["isolates in left-to-right code", "if (a\u2066 // b\u2069) {", "if (a // b) {", "bidi"],
    ["Hangul fillers outside Hangul", "user\u3164name", "username", "fillers"],
    ["invisible operators", "a\u2062\u2063b", "ab", "fillers"],
    ["a NUL", "admin\u0000.jpg", "admin.jpg", "control"],
    ["terminal colours", "\u001B[31mred\u001B[0m", "red", "ansi"],
    ["a window title", "x\u001B]0;pwned\u0007y", "xy", "ansi"],
    ["a C1 CSI", "x\u009B2Jy", "xy", "ansi"],
  ])("%s", (_, text, visible, kind) => {
    expect(kinds(text)).toContain(kind);
    expect(stripHidden(text)).toBe(visible);
  });
});

describe("what scripts and emoji need stays", () => {
  it.each([
    ["the flag of Scotland", `🏴${tag("gbsct")}\u{E007F}`],
    ["families", "👨‍👩‍👧‍👦 and 🏳️‍🌈 and 👩🏽‍🚀 and ❤️‍🔥"],
    ["keycaps and text style", "1️⃣ ©︎ ⚡️"],
    ["Persian half spaces", "می‌خواهم کتاب‌ها"],
    ["Hindi joiners", "क्‍ष and क्‌ष"],
    ["marks in Hebrew", "שלום (abc)\u200F!"],
    ["isolates in Arabic", "مرحبا \u2068user\u2069"],
    ["ideographic variants", "葛\u{E0100}城"],
    ["line breaks in Thai", "ภาษา\u200Bไทย"],
    ["old Hangul", "\u115F\u1161"],
    ["soft hyphens", "Donau\u00ADdampf\u00ADschiff"],
    ["one mark before a title", "\u200EInstagram on the App Store"],
    ["a mention that must not notify", "thanks @\u200Boctocat"],
    ["tabs and line ends", "a\tb\r\nc\u2028d"],
    ["a byte order mark", "\uFEFFid,name"],
  ])("%s", (_, text) => {
    expect(findHidden(text)).toEqual([]);
    expect(stripHidden(text)).toBe(text);
  });
});

it("stripping is idempotent, leaves nothing to find, and keeps every other character", () => {
  const character = fc.oneof(
    fc.constantFrom(
      ..."aZ9 א字한क😀🏴‍\u200B\u200C\u200D\u200E\u202E\u2066\u2069\uFE0F\u{E0061}\u{E007F}\u{E0100}\u3164\u00AD\u001B[\u0000\u2060",
    ),
    fc.string({ unit: "binary", maxLength: 2 }),
  );
  fc.assert(
    fc.property(fc.array(character, { maxLength: 40 }), (characters) => {
      const text = characters.join("");
      const visible = stripHidden(text);
      expect(stripHidden(visible)).toBe(visible);
      expect(findHidden(visible)).toEqual([]);
      expect([...visible].filter((c) => /[\p{L}\p{N} ]/u.test(c)).length).toBeLessThanOrEqual([...text].length);
      if (findHidden(text).length === 0) expect(visible).toBe(text);
    }),
    { numRuns: 5000 },
  );
});
