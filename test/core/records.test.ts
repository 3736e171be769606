import fc from "fast-check";
import { expect, it } from "vitest";
import { type RecordFormat, RecordSplitter, type StreamPiece } from "../../src/core/records.ts";

const FORMATS: readonly RecordFormat[] = ["sse", "ndjson", "json-seq"];

function pieces(format: RecordFormat, longest: number, chunks: readonly string[]): StreamPiece[] {
  const splitter = new RecordSplitter(format, longest);
  return [...chunks.flatMap((chunk) => splitter.push(Buffer.from(chunk))), ...splitter.end()];
}

function shown(format: RecordFormat, longest: number, chunks: readonly string[]): string[] {
  return pieces(format, longest, chunks).map(({ kind, bytes }) => `${kind} ${Buffer.from(bytes).toString()}`);
}

it("a record that is longer than allowed begins as soon as that is known, and the next is one again", () => {
  expect(shown("ndjson", 4, ["1\n22", "2222", "22", "2\n3\n4"])).toEqual([
    "record 1\n",
    "beginning 222222",
    "rest 22",
    "rest 2\n",
    "record 3\n",
    "record 4",
  ]);
  expect(shown("sse", 8, ["data: a long", " one\n", "\ndata: b\n\n"])).toEqual([
    "beginning data: a long",
    "rest  one\n",
    "rest \n",
    "record data: b\n\n",
  ]);
});

it("pieces put together are the input however it is cut, and nothing follows a beginning but the rest of it", () => {
  const chunk = fc.string({ unit: fc.constantFrom("a", "\n", "\r", "\u001e"), maxLength: 12 });
  fc.assert(
    fc.property(fc.constantFrom(...FORMATS), fc.nat(10), fc.array(chunk), (format, longest, chunks) => {
      const all = pieces(format, longest, chunks);
      expect(Buffer.concat(all.map(({ bytes }) => bytes)).toString()).toBe(chunks.join(""));
      const whole = pieces(format, Infinity, [chunks.join("")]).map(({ bytes }) => bytes.length);
      const joined: number[] = [];
      for (const { kind, bytes } of all) {
        expect(bytes.length).toBeGreaterThan(kind === "beginning" ? longest : 0);
        if (kind === "rest") joined.push((joined.pop() ?? Number.NaN) + bytes.length);
        else joined.push(bytes.length);
      }
      expect(joined).toEqual(whole);
    }),
  );
});
