import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { createInspector } from "../../src/index.ts";
import { decoded, leavesOf, withLeaf } from "../support/decoded.ts";

const TYPE = "application/yaml";
const inspector = await createInspector();

async function inspect(body: string) {
  const verdict = await inspector.inspect({ contentType: TYPE, body });
  return { verdict: verdict.verdict, text: Buffer.from(verdict.body).toString(), findings: verdict.findings };
}

const CLEAN = `# a comment
name: Caf\u00e9 # another
list: [1, "two", 'three']
block: |
  line one
  line two
anchor: &a { x: 1.50, y: ~ }
again: *a
`;

describe("YAML", () => {
  it("gives its scalars with JSONPaths, aliases not followed", () => {
    expect(leavesOf(decoded(CLEAN, TYPE).part).filter(([, kind]) => kind !== "key")).toEqual([
      ["$['name']", "string", "Caf\u00e9"],
      ["$['list'][0]", "number", "1"],
      ["$['list'][1]", "string", "two"],
      ["$['list'][2]", "string", "three"],
      ["$['block']", "string", "line one\nline two\n"],
      ["$['anchor']['x']", "number", "1.50"],
      ["$['anchor']['y']", "literal", "~"],
    ]);
  });

  it("that is clean passes as it came", async () => {
    expect(await inspect(CLEAN)).toMatchObject({ verdict: "pass", text: CLEAN, findings: [] });
  });

  it("is sanitized in place, whatever the style of the scalar", async () => {
    const attack = "<script>alert(1)</script>";
    const { verdict, text } = await inspect(
      `# kept\na: ${attack}\nb: '${attack}'\nc: |\n  ${attack}\nd: [ "${attack}", 1 ]\ne: 2\n`,
    );
    const redaction = '"[removed by lazaret]"';
    expect([verdict, text]).toEqual([
      "sanitized",
      `# kept\na: ${redaction}\nb: ${redaction}\nc: ${redaction}\nd: [ ${redaction}, 1 ]\ne: 2\n`,
    ]);
  });

  it.each([
    "a: !!python/object/apply:os.system ['id']",
    "--- !ruby/object:Gem::Installer\ni: x",
    "a: !!javax.script.ScriptEngineManager [x]",
    "- !<tag:evil.example,2026:thing> x",
  ])("%s asks for an object and is blocked", async (body) => {
    const { verdict, findings } = await inspect(body);
    expect([verdict, findings[0]?.rule]).toEqual(["blocked", "lazaret/yaml/tag"]);
  });

  it("with aliases that unfold without end is a limits finding, a harmless one is none", async () => {
    const levels = Array.from({ length: 12 }, (_, i) =>
      i === 0
        ? "a0: &a0 [x,x,x,x,x,x,x,x,x]"
        : `a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(",")}]`,
    );
    expect((await inspect(levels.join("\n"))).findings).toMatchObject([
      { rule: "lazaret/limits/yaml", action: "block" },
    ]);
    expect((await inspect("a: &a [*a]")).findings[0]?.rule).toBe("lazaret/limits/yaml");
    expect((await inspect(levels.slice(0, 4).join("\n"))).verdict).toBe("pass");
  });

  it.each(["a: [1", "a: 1\na: 2", "\tx: 1", "a: 'b"])("%j is malformed", async (body) => {
    expect((await inspect(body)).findings).toMatchObject([{ rule: "lazaret/malformed/yaml", action: "block" }]);
  });

  it("nested beyond the limit or the stack is a limits finding", async () => {
    for (const depth of [200, 100_000]) expect((await inspect("[".repeat(depth))).findings[0]?.category).toBe("limits");
  });
});

it("an edited string reads back while all others stay", () => {
  const value = fc.dictionary(
    fc.constantFrom("a", "b", "c d", "\u00e9"),
    fc.oneof(
      fc.string(),
      fc.integer(),
      fc.array(fc.string(), { maxLength: 3 }),
      fc.constantFrom("x: y", "- a", "#", "two\nlines\n", " "),
    ),
    { minKeys: 1 },
  );
  fc.assert(
    fc.property(value, fc.string(), fc.nat(), (object, replacement, pick) => {
      const text = stringify(object);
      fc.pre(text.isWellFormed() && replacement.isWellFormed());
      const before = decoded(text, TYPE);
      fc.pre(before.part.format === "yaml" && before.detections.length === 0);
      const leaves = leavesOf(before.part);
      const strings = leaves.flatMap(([, kind], leaf) => (kind === "string" ? [leaf] : []));
      const leaf = strings[pick % Math.max(1, strings.length)];
      if (leaf === undefined) return;
      const after = withLeaf(before, leaf, replacement).toString();
      const expected = structuredClone(parse(text));
      const path = before.part.leaves.segments(leaf);
      const holder = path.slice(0, -1).reduce((at, step) => at[step], expected);
      holder[path.at(-1) ?? ""] = replacement;
      expect(parse(after)).toEqual(expected);
    }),
  );
});
