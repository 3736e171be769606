import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { charClasses } from "../../src/core/char-class.ts";
import { CleanTexts } from "../../src/inspect/rules/clean-texts.ts";
import { loadPack } from "../../src/inspect/rules/load.ts";
import { attackPayloads } from "../support/corpus.ts";
import { inspected, rulesOf } from "../support/inspected.ts";
import { bookOf, ownPack } from "../support/rules.ts";

/** Few characters, so that texts come again, and share their hashes with others of the same length. */
const texts = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "\x1f", "c"), maxLength: 40 }), { maxLength: 60 });

it("knows only what was noted, from the second time on", () => {
  fc.assert(
    fc.property(texts, (list) => {
      const clean = new CleanTexts();
      const noted = new Set<string>();
      for (const text of list) {
        const bytes = Buffer.from(`<${text}>`, "latin1");
        const hash = clean.hashOf(bytes, 1, bytes.length - 1);
        expect(hash !== undefined).toBe(text !== "" && text.length <= 32);
        if (hash === undefined) continue;
        if (clean.has(hash, bytes, 1, bytes.length - 1)) expect([text, noted.has(text)]).toEqual([text, true]);
        for (let time = 0; time < 2; time++) clean.add(hash, bytes, 1, bytes.length - 1);
        expect(clean.has(hash, bytes, 1, bytes.length - 1)).toBe(true);
        noted.add(text);
      }
    }),
  );
});

it("does not keep what comes once, and keeps what comes again while others come once", () => {
  const clean = new CleanTexts();
  const seen = (text: string): boolean => {
    const bytes = Buffer.from(text);
    const hash = clean.hashOf(bytes, 0, bytes.length) ?? 0;
    if (clean.has(hash, bytes, 0, bytes.length)) return true;
    clean.add(hash, bytes, 0, bytes.length);
    return false;
  };
  expect([seen("currency"), seen("currency"), seen("currency")]).toEqual([false, false, true]);
  for (let i = 0; i < 100_000; i++) seen(`cus_${i}`);
  expect(seen("currency")).toBe(true);
});

it("every repetition of an attack is found, and of a clean text none", async () => {
  const body = JSON.stringify(
    Array.from({ length: 40 }, (_, i) => ({ name: i % 2 === 0 ? "x' or '1'='1" : "O'Neil" })),
  );
  const verdict = await inspected(Buffer.from(body), "application/json");
  expect(verdict.verdict).toBe("sanitized");
  const paths = new Set(verdict.findings.map(({ location }) => location.path));
  expect([...paths]).toEqual(Array.from({ length: 20 }, (_, i) => `$[${2 * i}]['name']`));
  expect(rulesOf(verdict).length).toBeGreaterThan(0);
});

it("a text that was seen before matches as one that was not, in whatever order they come", async () => {
  const book = bookOf(await ownPack());
  const short = attackPayloads().filter((payload) => payload.length <= 32);
  const list = [...short, ...short.map((payload) => payload.toLowerCase()), "customer", "id", "O'Neil", "select"];
  for (let time = 0; time < 3; time++)
    for (const text of list) {
      const bytes = Buffer.from(text);
      for (const place of ["values", "keys"] as const) {
        const at = { bytes, from: 0, to: bytes.length, classes: charClasses(text) };
        const found = book.matchesIn(place, at).map(({ active }) => active.rule.id);
        expect([place, text, found]).toEqual([
          place,
          text,
          book.matches(place, text).map(({ active }) => active.rule.id),
        ]);
      }
    }
}, 60_000);

it("what matches only beside something else in the exchange is looked at each time", async () => {
  const folder = mkdtempSync(join(tmpdir(), "lazaret-test-"));
  writeFileSync(join(folder, "a.conf"), 'SecRule ARGS "@streq %{tx.word}" "id:1,phase:4,block,severity:CRITICAL"\n');
  const book = bookOf(await loadPack(folder));
  const bytes = Buffer.from("hello");
  const at = { bytes, from: 0, to: 5, classes: charClasses("hello") };
  const found = (word: string) =>
    book.matchesIn("values", at, { ...book.nowhere, variables: new Map([["word", word]]) }).length;
  expect([found("a"), found("a"), found("a"), found("hello")]).toEqual([0, 0, 0, 1]);
});
