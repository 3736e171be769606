import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDocument, writeDocument } from "../../src/learn/document.ts";
import { Learner } from "../../src/learn/learner.ts";
import { learnedSchema, learnedValidator } from "../support/learned-validator.ts";

const JSON_TYPE = "application/json";

function learn(bodies: readonly unknown[], learner = new Learner("acme")): string {
  for (const value of bodies)
    learner.add({ method: "GET", url: "/r", status: 200, mediaType: JSON_TYPE, json: { value } });
  return writeDocument(learner.learned());
}

function more(document: string, bodies: readonly unknown[]): string {
  return learn(bodies, new Learner("acme", readDocument(document, "learned.yaml")));
}

const differencesIn = (document: string) => learnedValidator(learnedSchema(document, { path: "/r" }));

/** Every body sixty times over: often enough for each rule to be drawn. */
const often = (bodies: readonly unknown[]): unknown[] => Array.from({ length: 60 }, () => bodies).flat();

/** Values as JSON text gives them: no -0, own members only. */
const json = fc.jsonValue({ maxDepth: 3 }).map((value): unknown => JSON.parse(JSON.stringify(value)));
const near = fc.oneof(
  json,
  fc.record({
    id: fc.nat(),
    at: fc.date({ noInvalidDate: true }).map((date) => date.toJSON()),
    state: fc.constantFrom("open", "done"),
    note: fc.option(fc.string()),
  }),
  fc.array(
    fc.record({ name: fc.string(), price: fc.double({ noNaN: true, noDefaultInfinity: true }) }, { requiredKeys: [] }),
  ),
  fc.dictionary(fc.uuid(), fc.oneof(fc.ipV4(), fc.emailAddress(), fc.webUrl(), fc.uuid())),
);

describe("what was learned from", () => {
  it("is accepted, however often it was seen, and by what was learned of more", () => {
    fc.assert(
      fc.property(
        fc.array(near, { minLength: 1, maxLength: 6 }),
        fc.array(near, { maxLength: 3 }),
        (bodies, others) => {
          const document = learn(often(bodies));
          for (const body of bodies) expect(differencesIn(document)(body)).toEqual([]);
          const later = more(document, often(others));
          for (const body of [...bodies, ...others]) expect(differencesIn(later)(body)).toEqual([]);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("comes back from its document as it was, and adds up to what is learned at once", () => {
    fc.assert(
      fc.property(fc.array(near, { minLength: 1, maxLength: 5 }), fc.array(near, { maxLength: 5 }), (first, second) => {
        const document = learn(often(first));
        expect(more(document, [])).toBe(document);
        const counted = (text: string): unknown => countsOf(learnedSchema(text, { path: "/r" }));
        const atOnce = learn([...often(first), ...often(second)]);
        // Of a map's values, in how many exchanges there were some is an estimate.
        fc.pre(!/additionalProperties:\n/.test(atOnce + document));
        expect(counted(more(document, often(second)))).toEqual(counted(atOnce));
      }),
      { numRuns: 15 },
    );
  });
});

/** The schema without the order of its parts, and without values: they are left out of a document until they are an enumeration. */
function countsOf(schema: object): unknown {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) => {
    if (["values", "masks", "many", "enum", "maxLength", "minLength", "pattern", "anyOf"].includes(key))
      return undefined;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
