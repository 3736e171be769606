import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFormula } from "../../src/core/formula.ts";
import { createInspector } from "../../src/index.ts";
import { decoded, leavesOf, withLeaf } from "../support/decoded.ts";

const inspector = await createInspector();

async function inspect(body: string, contentType = "text/csv") {
  const verdict = await inspector.inspect({ contentType, body });
  return { verdict: verdict.verdict, text: Buffer.from(verdict.body).toString(), findings: verdict.findings };
}

describe("CSV", () => {
  it("gives cells by their place in a sheet, with any of the usual delimiters", () => {
    expect(leavesOf(decoded('name;note\r\n"a ""b""";c,d\r\n;"x\ny"', "text/csv").part)).toEqual([
      ["A1", "cell", "name"],
      ["B1", "cell", "note"],
      ["A2", "cell", 'a "b"'],
      ["B2", "cell", "c,d"],
      ["B3", "cell", "x\ny"],
    ]);
    const wide = leavesOf(decoded(Array.from({ length: 30 }, (_, i) => `c${i}`).join("\t"), "text/csv").part);
    expect(wide.map(([path]) => path).slice(24)).toEqual(["Y1", "Z1", "AA1", "AB1", "AC1", "AD1"]);
  });

  it("that is clean passes as it came", async () => {
    const body =
      'id,amount,phone,handle,when\n1,-5.20,+49 30 1234,@ana,2026-01-02\n2,"- a, b",+1 (555) 010-99,-,"=="\n';
    expect(await inspect(body)).toMatchObject({ verdict: "pass", text: body, findings: [] });
  });

  it("loses what a spreadsheet would evaluate, and nothing else", async () => {
    const { verdict, text, findings } = await inspect(
      `id,note\n1,"=HYPERLINK(""https://evil.example"",""x"")"\n2,=1+1\n3,@SUM(1+9)*cmd|' /C calc'!A0\n4,-2+3+cmd|' /C calc'!A0\n5,kept\n`,
    );
    expect([verdict, text]).toEqual([
      "sanitized",
      `id,note\n1,"'=HYPERLINK(""https://evil.example"",""x"")"\n2,'=1+1\n3,'@SUM(1+9)*cmd|' /C calc'!A0\n4,'-2+3+cmd|' /C calc'!A0\n5,kept\n`,
    ]);
    expect(findings.filter(({ category }) => category === "csv-formula").map(({ location }) => location.path)).toEqual([
      "B2",
      "B3",
      "B4",
      "B5",
    ]);
    expect((await inspect(text)).verdict).toBe("pass");
  });

  it("with a quote that does not end is malformed", async () => {
    expect((await inspect('a,"b\nc,d\n')).findings).toMatchObject([{ rule: "lazaret/malformed/csv", action: "block" }]);
  });

  it("a formula elsewhere is reported only", async () => {
    const body = JSON.stringify({ note: "=HYPERLINK(x)" });
    const { verdict, findings } = await inspect(body, "application/json");
    expect([verdict, findings]).toMatchObject(["pass", [{ category: "csv-formula", action: "report" }]]);
  });
});

it("cells are what csv-parse reads, and an edited cell reads back while all others stay", () => {
  const cell = fc.oneof(
    fc.string({ maxLength: 6 }),
    fc.constantFrom('"', '""', ",", "\n", "\r\n", "=1", "", "a b", "\u00e9"),
  );
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 4 });
  const quoted = (value: string): string => (/[",;\t|\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  fc.assert(
    fc.property(table, fc.string(), fc.nat(), (rows, value, pick) => {
      const text = rows.map((row) => row.map(quoted).join(",")).join("\n");
      const before = decoded(text, "text/csv");
      // The first line decides about the delimiter: only where that is unambiguous do both read the same.
      fc.pre(
        before.part.format === "csv" &&
          /^[^;\t|\n]*$/.test(text.split("\n")[0] ?? "") &&
          !rows[0]?.some((one) => /\n/.test(one)),
      );
      const read = (csv: string): string[][] =>
        parse(csv, { relax_column_count: true, relax_quotes: true, skip_empty_lines: false });
      const expected = read(text)
        .flat()
        .filter((one) => one !== "");
      expect(leavesOf(before.part).map(([, , one]) => one)).toEqual(expected);
      if (expected.length === 0) return;
      const leaf = pick % expected.length;
      const edited = decoded(withLeaf(before, leaf, value), "text/csv");
      fc.pre(edited.part.format === "csv" && value !== "" && !/[;\t|\n\r]/.test(value));
      expect(leavesOf(edited.part).map(([, , one]) => one)).toEqual(expected.toSpliced(leaf, 1, value));
    }),
    { numRuns: 1000 },
  );
});

it("a defused cell is no formula", () => {
  fc.assert(fc.property(fc.string(), (cell) => !isFormula(`'${cell}`)));
});
