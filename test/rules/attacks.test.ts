import { describe, expect, it } from "vitest";
import { createInspector } from "../../src/index.ts";
import { bookOf, ownPack } from "../support/rules.ts";
import { ATTACKS } from "./attacks.ts";
import { CASES } from "./cases.ts";

const inspector = await createInspector();
const rules = bookOf(await ownPack()).settled.leafRules.map(({ rule }) => rule);

async function findingsIn(value: string) {
  return await inspector.inspect({ contentType: "application/json", body: JSON.stringify({ note: value }) });
}

it("there are at least 200 attacks of our own making", () => {
  expect(Object.values(ATTACKS).flat().length).toBeGreaterThanOrEqual(200);
});

describe.each(Object.entries(ATTACKS))("%s", (category, attacks) => {
  it.each(attacks)("%j does not pass", async (attack) => {
    const { verdict, findings } = await findingsIn(attack);
    expect([verdict !== "pass", findings.map((finding) => finding.category)]).toEqual([
      true,
      expect.arrayContaining([category]),
    ]);
  });
});

it("what a critical rule is for does not pass as a value", async () => {
  const critical = rules.filter(
    ({ severity, category, links: [{ targets }] }) =>
      severity === "critical" && category !== "leak" && targets.some(({ collection }) => collection === "ARGS"),
  );
  const passed: string[] = [];
  for (const { id } of critical)
    for (const hit of CASES[id.replace("lazaret/", "")]?.hits ?? [])
      if ((await findingsIn(hit)).verdict === "pass") passed.push(`${id} ${hit}`);
  expect(passed).toEqual([]);
});

it("weak signals only report alone, and add up within one value", async () => {
  const alone = await findingsIn("http://localhost");
  expect([alone.verdict, alone.findings.map(({ action }) => action)]).toEqual(["pass", ["report"]]);
  expect((await findingsIn("${env:HOME} $(nproc)")).verdict).toBe("sanitized");
});
