import fc from "fast-check";
import { expect, it } from "vitest";
import { isNoise } from "../../src/decode/noise.ts";
import { decoded } from "../support/decoded.ts";

/** What the string in `["…"]` was found to hold, by the label of the part. */
const partsIn = (text: string): string[] =>
  decoded(JSON.stringify([text]), "application/json").part.children.map(({ label }) => label);
/** The same for a string that is written with an escape, whose bytes cannot be looked at as they stand. */
const partsInEscaped = (text: string): string[] =>
  decoded(
    `["\\u${text.charCodeAt(0).toString(16).padStart(4, "0")}${text.slice(1)}"]`,
    "application/json",
  ).part.children.map(({ label }) => label);

const FILES = [
  "%PDF-1.7\n",
  "PK\x03\x04",
  "\x89PNG\r\n\x1a\n",
  "\x1f\x8b\x08",
  "MZ\x01",
  "BM",
  "RIFF0000WEBP",
  "0000ftypmp42",
];
const content = fc.oneof(
  fc.uint8Array({ minLength: 18, maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ minLength: 18, maxLength: 60, unit: "grapheme" }).map((text) => Buffer.from(text)),
  fc
    .tuple(fc.constantFrom(...FILES), fc.uint8Array({ minLength: 18, maxLength: 400 }))
    .map(([start, rest]) => Buffer.concat([Buffer.from(start, "latin1"), rest])),
);

it("a look at the first bytes finds the same content in encoded strings as decoding all of them", () => {
  fc.assert(
    fc.property(content, fc.constantFrom("base64", "base64url", "hex"), fc.boolean(), (bytes, encoding, upper) => {
      const text = bytes.toString(encoding === "hex" ? "hex" : encoding === "base64" ? "base64" : "base64url");
      const written = upper && encoding === "hex" ? text.toUpperCase() : text;
      expect(partsIn(written)).toEqual(partsInEscaped(written));
    }),
    { numRuns: 5000 },
  );
});

it("calls identifiers and digests noise", () => {
  for (const text of ["3f2a9c1e-5b7d-4a10-a3f0-0123456789ab", "d41d8cd98f00b204e9800998ecf8427e"]) {
    const bytes = Buffer.from(text);
    expect([text, isNoise(bytes, 0, bytes.length)]).toEqual([text, true]);
  }
});
