import fc from "fast-check";
import { expect, test } from "vitest";
import { WordSearch } from "../../src/inspect/rules/word-search.ts";

const WORDS = ["she", "he", "hers", "his", "e", "\xe9t\xe9", "\0", "a b"];
const search = new WordSearch(WORDS);

const letter = fc.constantFrom(..."abAB\xe0\xc0\xff\0");
const word = fc.string({ unit: letter, minLength: 1, maxLength: 5 });
const small = (text: string): string => text.replaceAll(/[A-Z]/g, (capital) => capital.toLowerCase());

/** Every place where a word ends, found by trying all of them. */
function ends(words: readonly string[], text: string): [number, number][] {
  const found: [number, number][] = [];
  for (let end = 1; end <= text.length; end++)
    for (const [id, one] of words.entries()) if (small(text).slice(0, end).endsWith(one)) found.push([id, end]);
  return found.toSorted(([a, endA], [b, endB]) => endA - endB || words[b]!.length - words[a]!.length || a - b);
}

function scanned(words: readonly string[], text: string): [number, number][] {
  const found: [number, number][] = [];
  const bytes = Buffer.from(`xx${text}xx`, "latin1");
  new WordSearch(words).scan(bytes, 2, bytes.length - 2, (id, end) => found.push([id, end - 2]));
  return found;
}

test("the word that ends first is found, of several the longest", () => {
  expect(search.find("uSHErs")).toEqual({ id: 0, end: 4 });
  expect(search.find("\xe9t\xe9")).toEqual({ id: 5, end: 3 });
  expect(search.find("\xc9T\xc9")).toBeUndefined();
  expect(search.find("")).toBeUndefined();
});

test("characters beyond a byte belong to no word", () => {
  expect(search.find("h\u0165e"))?.toEqual({ id: 4, end: 3 });
});

test("whatever the words and the text, every place where a word ends is told", () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), fc.string({ unit: letter }), (list, text) => {
      const words = list.map(small);
      expect(scanned(words, text)).toEqual(ends(words, text));
      const [first] = ends(words, text);
      const found = new WordSearch(words).find(text);
      expect(found === undefined ? undefined : [found.id, found.end]).toEqual(first);
      const inText: [number, number][] = [];
      new WordSearch(words).scanText(text, (id, end) => inText.push([id, end]));
      expect(inText).toEqual(ends(words, text));
    }),
    { numRuns: 1000 },
  );
});

test("thousands of words take the time of one pass", () => {
  const words = Array.from({ length: 5000 }, (_, index) => `word${(index * 7919).toString(36)}x`);
  const many = new WordSearch(words);
  const text = "a harmless sentence about words and worlds. ".repeat(50_000);
  const began = performance.now();
  expect(many.find(text)).toBeUndefined();
  expect(performance.now() - began).toBeLessThan(500);
});
