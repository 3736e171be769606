import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { benignCorpus } from "../../bench/corpora.ts";
import { readBatchLine } from "../../src/cli/batch.ts";
import { createInspector, type InspectionInput } from "../../src/index.ts";
import type { DifferenceKind } from "../../src/core/difference.ts";
import { lazaret } from "../support/command-line.ts";
import { temporaryFolder } from "../support/vendor.ts";

const SCHEMAS = fileURLToPath(new URL("../../schemas", import.meta.url));
const VENDORS = ["github", "open-meteo", "slack", "stripe", "twilio"];

const configuration = {
  vendors: Object.fromEntries(
    VENDORS.map((vendor) => [
      vendor,
      { upstream: `https://${vendor}.example`, schemas: join(SCHEMAS, vendor), policy: { antivirus: { engines: [] } } },
    ]),
  ),
};
const inspector = await createInspector(configuration);

interface Example {
  readonly id: string;
  readonly exchange: InspectionInput;
  /** Of a failing one: the difference that is to be found, and where. */
  readonly expect?: { readonly kind: DifferenceKind; readonly path: string };
}

function examples(vendor: string, name: "passing" | "failing"): Example[] {
  return readFileSync(join(SCHEMAS, vendor, `${name}.ndjson`), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => ({ ...(JSON.parse(line) as Example), ...readBatchLine(line) }));
}

it("every folder of schemas but the demo's is an example", () => {
  const folders = readdirSync(SCHEMAS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).toSorted()).toEqual(["demo", ...VENDORS]);
});

describe.each(VENDORS)("the example schemas of %s", (vendor) => {
  const passing = examples(vendor, "passing");
  const failing = examples(vendor, "failing");

  it.each(passing)("take: $id", async ({ exchange }) => {
    expect(await inspector.inspect(exchange)).toMatchObject({ verdict: "pass", findings: [] });
  });

  it.each(failing)("refuse: $id", async ({ exchange, expect: { kind, path } = { kind: "other", path: "" } }) => {
    const { verdict, findings } = await inspector.inspect(exchange);
    expect(verdict).toBe("blocked");
    expect(new Set(findings.map(({ category }) => category))).toEqual(new Set(["schema"]));
    expect(findings.map(({ location, difference }) => [difference?.kind, location.path])).toContainEqual([kind, path]);
  });

  it("have an example that passes for every route and status but one of failures", () => {
    const routes = readFileSync(join(SCHEMAS, vendor, "routes.yaml"), "utf8").match(/^[A-Z/].*?:(?= \{)/gm) ?? [];
    expect(routes.length).toBeGreaterThan(0);
    const paths = passing.map(({ exchange }) => exchange.request?.url ?? "");
    for (const route of routes) {
      const path = route
        .replace(/^[A-Z]+ /, "")
        .replace(/:$/, "")
        .replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`);
      const pattern = new RegExp(`^https://[^/]+${path.replaceAll(/\{\w+\}/g, "[^/]+")}(?:\\?.*)?$`);
      expect([route, paths.some((one) => pattern.test(one))]).toEqual([route, true]);
    }
  });
});

/** Where recorded bodies came from, told by the members that only they begin with. */
const RECORDED: readonly {
  readonly vendor: string;
  readonly url: string;
  readonly is: (body: Body) => boolean;
  readonly least: number;
}[] = [
  { vendor: "github", url: "/repos/a/b", is: (body) => "full_name" in body && "default_branch" in body, least: 30 },
  { vendor: "github", url: "/repos/a/b/issues/1", is: (body) => "repository_url" in body && "state" in body, least: 5 },
  {
    vendor: "github",
    url: "/users/a",
    is: (body) => "login" in body && "public_repos" in body && "followers" in body,
    least: 10,
  },
  { vendor: "stripe", url: "/v1/charges/ch_1", is: ({ object }) => object === "charge", least: 1 },
  { vendor: "stripe", url: "/v1/customers/cus_1", is: ({ object }) => object === "customer", least: 1 },
];
type Body = Readonly<Record<string, unknown>>;

it.each(RECORDED)("recorded responses of $vendor are as declared for $url", async ({ vendor, url, is, least }) => {
  const recorded = benignCorpus().filter(({ id, body }) => id.startsWith(`${vendor}/`) && isKind(body, is));
  expect(recorded.length).toBeGreaterThanOrEqual(least);
  for (const { id, body } of recorded) {
    const { findings } = await inspector.inspect({ vendor, request: { url }, contentType: "application/json", body });
    const differences = findings.filter(({ category }) => category === "schema");
    expect([id, differences]).toEqual([id, []]);
  }
});

function isKind(body: string, is: (body: Body) => boolean): boolean {
  const value: unknown = body.startsWith("{") ? JSON.parse(body) : undefined;
  return value !== undefined && is(value as Body);
}

it("are tried by scan --batch as their READMEs say", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "lazaret.yaml"), JSON.stringify(configuration));
  const run = async (name: "passing" | "failing") => {
    const input = VENDORS.map((vendor) => readFileSync(join(SCHEMAS, vendor, `${name}.ndjson`), "utf8")).join("");
    const { code, stdout } = await lazaret(["scan", "--batch"], { input, cwd: folder });
    const verdicts = stdout
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { verdict: string }).verdict);
    return [code, ...new Set(verdicts)];
  };
  expect(await run("passing")).toEqual([0, "pass"]);
  expect(await run("failing")).toEqual([20, "blocked"]);
}, 60_000);
