import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SqlInjectionDetector } from "../../src/inspect/rules/libinjection/sql/detector.ts";
import { XssDetector } from "../../src/inspect/rules/libinjection/xss/detector.ts";
import { attackPayloads, benignCorpus } from "../support/corpus.ts";
import { byteString, mutated } from "../support/injection-strings.ts";
import {
  hasModSecurity,
  type LibinjectionOracle,
  startLibinjection,
  type Verdict,
} from "../support/libinjection-oracle.ts";

const sql = new SqlInjectionDetector();
const html = new XssDetector();
const ours = (value: string): Verdict => ({ sqli: sql.detect(value), xss: html.detect(value) });

/** As rules see it: a character for each byte of UTF-8. */
const bytesOf = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

const attacks = attackPayloads().map(bytesOf);

/** Every string of the benign corpus, once. */
function benignLeaves(): string[] {
  const leaves = new Set<string>();
  for (const { contentType, body } of benignCorpus() ?? [])
    if (contentType.includes("json"))
      JSON.parse(body, (_, value) => (typeof value === "string" ? leaves.add(value) : 0));
  return [...leaves].map(bytesOf);
}

describe.skipIf(!hasModSecurity)("in agreement with the libinjection of libmodsecurity, without a difference", () => {
  let real: LibinjectionOracle;
  beforeAll(async () => {
    real = await startLibinjection();
  });
  afterAll(async () => await real.stop());

  /** There is no known difference: a list of them, each with its reason, would stand here. */
  async function agree(values: readonly string[]): Promise<Verdict[]> {
    const expected = await real.judge(values);
    const differences = values.flatMap((value, i) => {
      const { sqli, xss } = ours(value);
      return sqli === expected[i]!.sqli && xss === expected[i]!.xss ? [] : [{ value, sqli, xss, real: expected[i] }];
    });
    expect(differences).toEqual([]);
    return expected;
  }

  it("on every payload of the attacks", async () => {
    const verdicts = await agree(attacks);
    expect(verdicts.filter(({ sqli }) => sqli !== undefined).length).toBeGreaterThan(500);
    expect(verdicts.filter(({ xss }) => xss).length).toBeGreaterThan(4000);
  });

  it("on the strings of real responses", async () => {
    await agree(benignLeaves().filter((_, i) => i % 4 === 0));
  });

  it("on anything made of pieces of SQL and HTML, of words that libinjection knows, and of any bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(byteString, { minLength: 1, maxLength: 500, size: "max" }), async (values) => {
        await agree(values);
      }),
      { numRuns: 60 },
    );
  });

  it("on attacks with pieces put in and taken out", async () => {
    const spliced = mutated(fc.constantFrom(...attacks));
    await fc.assert(
      fc.asyncProperty(fc.array(spliced, { minLength: 1, maxLength: 500, size: "max" }), async (values) => {
        await agree(values);
      }),
      { numRuns: 60 },
    );
  });
});
