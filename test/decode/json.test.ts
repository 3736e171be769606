import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Budget } from "../../src/core/budget.ts";
import { charClasses } from "../../src/core/char-class.ts";
import type { PathSegment } from "../../src/core/part.ts";
import { jsonDecoder } from "../../src/decode/json.ts";
import { defaultPolicy } from "../support/policy.ts";

const encoder = new TextEncoder();
const policy = defaultPolicy();

function decode(text: string | Uint8Array, limits = policy.limits) {
  const source = typeof text === "string" ? encoder.encode(text) : text;
  const budget = new Budget(limits, () => 0);
  return { source, ...jsonDecoder.decode(source, { budget, policy, contentType: "application/json" }) };
}

const rules = (text: string) => decode(text).problems.map(({ rule }) => rule);

function cut(source: Uint8Array, spans: readonly { start: number; end: number }[]): string {
  let text = "";
  let from = 0;
  for (const { start, end } of spans) {
    text += Buffer.from(source.subarray(from, start)).toString();
    from = end;
  }
  return text + Buffer.from(source.subarray(from)).toString();
}

/** Every scalar of a parsed value with its path: the judge is JSON.parse. */
function scalars(value: unknown, path: readonly PathSegment[] = []): [string, unknown][] {
  if (Array.isArray(value)) return value.flatMap((one, i) => scalars(one, [...path, i]));
  if (typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([key, one]) => scalars(one, [...path, key]));
  return [[JSON.stringify(path), value]];
}

describe("the JSON scanner", () => {
  it("records what JSON.parse reads, with exact places", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5, noUnicodeString: false }), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        const { leaves, problems, source } = decode(text);
        expect(problems.filter(({ rule }) => rule !== "lazaret/json/lone-surrogate")).toEqual([]);
        const seen: [string, unknown][] = [];
        for (let leaf = 0; leaf < leaves.length; leaf++) {
          const { start, end } = leaves.span(leaf);
          const raw = Buffer.from(source.subarray(start, end)).toString();
          const kind = leaves.kind(leaf);
          const written = kind === "string" || kind === "key" ? JSON.parse(`"${raw}"`) : raw;
          expect(leaves.value(leaf)).toBe(written);
          if (kind !== "key")
            seen.push([JSON.stringify(leaves.segments(leaf)), kind === "string" ? written : JSON.parse(raw)]);
        }
        expect(seen).toEqual(scalars(JSON.parse(text)));
      }),
      { numRuns: 1500 },
    );
  });

  it("knows the classes of every decoded value", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" })), (values) => {
        const { leaves } = decode(JSON.stringify(values));
        for (const [i, value] of values.entries()) {
          const rough = /[\b\f\r\t]/.test(value) ? 0 : charClasses(value);
          expect(leaves.classes(i) & rough).toBe(rough);
        }
      }),
    );
  });

  it("takes a string for verbatim exactly where it is written without escapes", () => {
    const signs = Array.from({ length: 0x7f - 0x20 }, (_, i) => String.fromCharCode(0x20 + i));
    const { leaves } = decode(JSON.stringify(signs));
    const escaped = signs.filter((_, leaf) => !leaves.isVerbatim(leaf));
    expect(escaped).toEqual(['"', "\\"]);
  });

  it("accepts exactly what JSON.parse accepts", () => {
    const token = fc.constantFrom(...'{}[],:"\\ua0-1.eE+ \n\t', "true", "null", "fals", '"a"', "\\u00", "12", "\u0001");
    fc.assert(
      fc.property(fc.array(token, { minLength: 1, maxLength: 12 }), (tokens) => {
        const text = tokens.join("");
        let parses = true;
        try {
          JSON.parse(text);
        } catch {
          parses = false;
        }
        if (text.trim() === "") return;
        expect(rules(text).includes("lazaret/json/syntax")).toBe(!parses);
      }),
      { numRuns: 20_000 },
    );
  });

  it("never throws on mutated bytes", () => {
    const sample = encoder.encode(JSON.stringify({ a: [1, "b\\\n", { c: null }], "\u{1F600}": -1.5e10 }, undefined, 1));
    fc.assert(
      fc.property(fc.nat(sample.length - 1), fc.nat(255), fc.nat(sample.length), (at, byte, length) => {
        const bytes = Uint8Array.from(sample);
        bytes[at] = byte;
        decode(bytes.subarray(0, length));
      }),
      { numRuns: 3000 },
    );
  });

  it("removes any members and elements so that the rest parses", () => {
    const value = fc.dictionary(
      fc.string({ maxLength: 4 }).filter((key) => key !== "__proto__"),
      fc.constantFrom(1, "x", null, { y: [] }),
      { maxKeys: 7 },
    );
    fc.assert(
      fc.property(value, fc.infiniteStream(fc.boolean()), fc.constantFrom(0, 2), (object, choices, indent) => {
        const { leaves, source } = decode(JSON.stringify(object, undefined, indent));
        const gone: number[] = [];
        const rest: Record<string, unknown> = { ...object };
        for (let leaf = 0; leaf < leaves.length; leaf++) {
          if (leaves.kind(leaf) !== "key" || leaves.segments(leaf).length !== 1 || !choices.next().value) continue;
          gone.push(leaf);
          delete rest[leaves.value(leaf)];
        }
        expect(JSON.parse(cut(source, leaves.removals(gone) ?? []))).toEqual(rest);
      }),
      { numRuns: 1500 },
    );
    const { leaves, source } = decode('[ "a" , 1, "c",null ]');
    expect(cut(source, leaves.removals([0]) ?? [])).toBe('[ 1, "c",null ]');
    expect(cut(source, leaves.removals([1, 3]) ?? [])).toBe('[ "a" , "c" ]');
    expect(cut(source, leaves.removals([0, 1, 2, 3]) ?? [])).toBe("[  ]");
  });

  it("encodes a value for the place it stands in", () => {
    const { leaves } = decode('{"a":"x","b":12}');
    expect(leaves.encode(1, 'say "hi"\n')).toBe(String.raw`say \"hi\"\n`);
    expect(leaves.encode(3, "gone")).toBe('"gone"');
  });

  it("gives normalized paths", () => {
    const { leaves } = decode(String.raw`{"it's":[{"a\\b":1}]}`);
    expect(leaves.path(2)).toBe(String.raw`$['it\'s'][0]['a\\b']`);
  });
});

describe("what is wrong with a JSON text", () => {
  it.each([
    ['{"a":1,"a":2}', "lazaret/json/duplicate-key"],
    [String.raw`{"a":1,"\u0061":2}`, "lazaret/json/duplicate-key"],
    ["1e999999", "lazaret/json/huge-number"],
    [`[${"9".repeat(200)}]`, "lazaret/json/huge-number"],
    [String.raw`["\ud800"]`, "lazaret/json/lone-surrogate"],
    [String.raw`["\udc00\ud800\udc00"]`, "lazaret/json/lone-surrogate"],
    ["{} {}", "lazaret/json/syntax"],
    ["// c\n{}", "lazaret/json/syntax"],
    ["{'a':1}", "lazaret/json/syntax"],
    ["[NaN]", "lazaret/json/syntax"],
    ["[1,]", "lazaret/json/syntax"],
    ['{"a":', "lazaret/json/syntax"],
    [")]}',\n{}", "lazaret/json/prefix"],
    ["for(;;);[]", "lazaret/json/prefix"],
  ])("%s", (text, rule) => {
    expect(rules(text)).toEqual([rule]);
  });

  it.each(["", " \n", "[9007199254740993]", String.raw`["\ud83d\ude00"]`, "-0", '{"a":{"a":1}}'])(
    "%s is fine",
    (text) => {
      expect(rules(text)).toEqual([]);
    },
  );

  it("says where", () => {
    expect(decode('{\n "a": x }').problems[0]?.message).toBe("expected a value, at line 2, column 7");
  });

  it("stops at the depth and leaf limits", () => {
    expect(() => decode("[".repeat(100_000))).toThrow(/depth limit of 64/);
    expect(() => decode(`[${"1,".repeat(2000)}1]`, { ...policy.limits, leaves: 1000 })).toThrow(/leaves limit of 1000/);
  });

  it("finds a key that is there twice among any number of others, and none where there is none", () => {
    fc.assert(
      fc.property(fc.nat(400), fc.nat(), fc.nat(), fc.boolean(), (count, one, other, nested) => {
        // "Aa" and "BB" have the same hash, so every fourth of these keys collides with another one.
        const keys = Array.from({ length: count + 1 }, (_, i) =>
          i % 4 === 0 ? `k${i}Aa` : i % 4 === 1 ? `k${i - 1}BB` : `k${i}`,
        );
        const members = keys.map((key) => `"${key}":${nested ? `{"${key}":[{}]}` : "1"}`);
        expect(rules(`{${members.join(",")}}`)).toEqual([]);
        members.splice(one % members.length, 0, `"${keys[other % keys.length]}":null`);
        expect(rules(`{${members.join(",")}}`)).toEqual(["lazaret/json/duplicate-key"]);
      }),
      { numRuns: 100 },
    );
  });

  it("takes keys with colliding hashes for what they are", () => {
    // "Aa" and "BB" have the same 31-polynomial hash, and so has every string of n such pairs.
    const keys = Array.from({ length: 1 << 14 }, (_, i) =>
      i.toString(2).padStart(14, "0").replaceAll("0", "Aa").replaceAll("1", "BB"),
    );
    expect(rules(JSON.stringify(Object.fromEntries(keys.map((key) => [key, 1]))))).toEqual([]);
  });
});
