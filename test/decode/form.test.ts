import fc from "fast-check";
import { expect, it } from "vitest";
import { createInspector } from "../../src/index.ts";
import { decoded, leavesOf, withLeaf } from "../support/decoded.ts";

const TYPE = "application/x-www-form-urlencoded";
const inspector = await createInspector();

it("names and values are what URLSearchParams reads, and an edited value reads back while all others stay", () => {
  const word = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom("a", "b+c", "%41", "%", "\u00e9", "%E9"));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(word, word), { maxLength: 5 }),
      fc.string({ minLength: 1 }),
      fc.nat(),
      (pairs, value, pick) => {
        const body = new URLSearchParams(pairs).toString();
        const before = decoded(body, TYPE);
        fc.pre(before.part.format === "form");
        const values = (text: string): string[] => [...new URLSearchParams(text).values()].filter((one) => one !== "");
        const leaves = leavesOf(before.part);
        expect(leaves.filter(([, kind]) => kind === "value").map(([, , one]) => one)).toEqual(values(body));
        const editable = leaves.flatMap(([, kind], leaf) => (kind === "value" ? [leaf] : []));
        const leaf = editable[pick % Math.max(1, editable.length)];
        if (leaf === undefined || !value.isWellFormed()) return;
        expect(values(withLeaf(before, leaf, value).toString())).toEqual(
          values(body).toSpliced(editable.indexOf(leaf), 1, value),
        );
      },
    ),
  );
});

it("an attack in a value is redacted in place, an attack in a name goes with its value", async () => {
  const { verdict, body } = await inspector.inspect({
    contentType: TYPE,
    body: "a=1&q=%27+OR+%271%27%3D%271%27+--&%24where=sleep&z=2",
  });
  expect([verdict, Buffer.from(body).toString()]).toEqual(["sanitized", "a=1&q=%5Bremoved%20by%20lazaret%5D&z=2"]);
});
