import fc from "fast-check";
import { expect, it } from "vitest";
import { WordFilter } from "../../src/inspect/antivirus/word-filter.ts";

const WORDS = ["EICAR-STANDARD", "<?", "<%", "powershell", "iex", "WScript.Shell", "/dev/tcp/", "aaa", "mkfifo"];

it("finds what a search without case finds, at any place", () => {
  const letters = fc.constantFrom(...WORDS, ...WORDS.map((word) => word.slice(0, -1)), ..."aAiIeExX<?%/ .-é\0");
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 6 }), fc.shuffledSubarray(WORDS, { minLength: 1 }), (pieces, words) => {
      const text = pieces.join("");
      const expected = words.some((word) => text.toLowerCase().includes(word.toLowerCase()));
      expect([text, new WordFilter(words).isIn(Buffer.from(text))]).toEqual([text, expected]);
    }),
    { numRuns: 20_000 },
  );
});

it("looks at nothing but the bytes it is given", () => {
  const memory = Buffer.from("xxiex<?xx");
  for (const [start, end] of [
    [0, 4],
    [3, 6],
    [6, 9],
  ] as const)
    expect(new WordFilter(["iex", "<?"]).isIn(memory.subarray(start, end))).toBe(false);
  expect(new WordFilter(["iex", "<?"]).isIn(memory.subarray(2, 5))).toBe(true);
});
