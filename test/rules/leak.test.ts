import { afterAll, expect, it } from "vitest";
import { loadConfigText } from "../../src/config/load.ts";
import { createInspector } from "../../src/index.ts";
import { CASES } from "./cases.ts";

const usual = await createInspector();
const strict = await createInspector(loadConfigText("policy: { on: { leak: block } }", "strict.yaml", {}));
afterAll(async () => await Promise.all([usual.close(), strict.close()]));

const LEAKS = Object.entries(CASES).flatMap(([id, { hits }]) => (id.startsWith("121") ? hits : []));

it.each(LEAKS)("%j is reported, blocks where policy says so, and is no part of the evidence in full", async (leak) => {
  const exchange = { contentType: "application/json", body: JSON.stringify({ note: `Please look at this: ${leak}` }) };
  const { verdict, findings } = await usual.inspect(exchange);
  expect([verdict, findings.map(({ category, action }) => [category, action])]).toEqual(["pass", [["leak", "report"]]]);
  expect(findings[0]?.evidence.length).toBeLessThan(48);
  expect((await strict.inspect(exchange)).verdict).toBe("blocked");
});
