import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DIFFERENCE_KINDS } from "../../src/core/difference.ts";
import { differencesOf, type Drift, isBreaking } from "../../src/core/drift.ts";
import type { Exchange } from "../../src/core/exchange.ts";
import type { Incident } from "../../src/core/incident.ts";
import type { Verdict } from "../../src/core/verdict.ts";
import { type Configuration, createInspector } from "../../src/index.ts";
import type { Service } from "../../src/service.ts";
import { EmbeddedStore } from "../../src/store/incidents.ts";
import { lazaret } from "../support/command-line.ts";
import { jsonOf } from "../support/http.ts";
import { startVendor, startWith, temporaryFolder, type TestVendor } from "../support/vendor.ts";

const CUSTOMER = {
  type: "object",
  required: ["id", "mail"],
  additionalProperties: false,
  properties: {
    id: { type: "integer" },
    mail: { type: "string", format: "email" },
    plan: { enum: ["free", "paid"] },
    orders: { type: "array", items: { type: "object", properties: { total: { type: "number", minimum: 0 } } } },
    contacts: { type: "object", additionalProperties: { type: "object", properties: { since: { type: "string" } } } },
  },
};

const folder = temporaryFolder();
const schemas = join(folder, "schemas");
mkdirSync(schemas);
writeFileSync(join(schemas, "customer.json"), JSON.stringify(CUSTOMER));
writeFileSync(join(schemas, "routes.yaml"), "GET /customers/{id}: { 200: customer.json }\n");
const policy: NonNullable<Configuration["policy"]> = { on: { schema: "report" }, antivirus: { engines: [] } };
const TOKEN = "correcthorse";
const state = join(folder, "state");

let body = "{}";
let vendor: TestVendor;
let service: Service;

beforeAll(async () => {
  vendor = await startVendor((_request, response) => {
    response.setHeader("Content-Type", "application/json").end(body);
  });
  const configuration = {
    state,
    vendors: { acme: { upstream: vendor.url, insecure: true, schemas, policy } },
    admin: { listen: "127.0.0.1:0", token: TOKEN },
  };
  writeFileSync(join(folder, "lazaret.yaml"), JSON.stringify(configuration));
  service = await startWith(configuration);
});
afterAll(async () => {
  await service.close();
  await vendor.close();
});

async function answer(value: object): Promise<Response> {
  body = JSON.stringify(value);
  return await fetch(`${service.gatewayUrl}/acme/customers/4711`);
}

async function listed(query = ""): Promise<{ readonly drift: readonly Drift[]; readonly next?: string }> {
  const headers = { Authorization: `Bearer ${TOKEN}` };
  return await jsonOf(await fetch(`${service.adminUrl}/v1/drift${query}`, { headers }));
}

describe("drift", () => {
  it("is counted by place while responses arrive as they are, and holds no values", async () => {
    const began = Date.now();
    const first = { id: "4711", mail: "ana@customers.example", plan: "gold", orders: [{ total: -1 }, { total: -25 }] };
    const delivered = await answer(first);
    expect([delivered.status, await delivered.json()]).toEqual([200, first]);
    await (await answer({ id: 7, mail: "Ana Smith, 4 High Street", loyalty: 3 })).text();
    await (await answer({ id: "4712", contacts: { "ana@customers.example": { since: 2019 } } })).text();
    await (await answer({ id: 1, mail: "a@b.example" })).text();
    const { drift } = await listed();
    const rows = drift.map(({ kind, path, breaking, count, example }) => [kind, path, breaking, count, example]);
    expect(rows).toEqual([
      ["enum", "$['plan']", true, 1, '"xxxx"'],
      ["format", "$['mail']", true, 1, '"xxx xxxxx, 0 xxxx xxxxxx"'],
      ["missing", "$", true, 1, "an object"],
      ["range", "$['orders'][*]['total']", true, 1, "-0"],
      ["type", "$['contacts'][*]['since']", true, 1, "0000"],
      ["type", "$['id']", true, 2, '"0000"'],
      ["unknown-member", "$['loyalty']", false, 1, "loyalty"],
    ]);
    for (const { vendor: name, route, first: since, last, schema } of drift) {
      expect([name, route, schema.startsWith("customer.json#/")]).toEqual(["acme", "GET /customers/{id}", true]);
      expect(since).toBeGreaterThanOrEqual(began);
      expect(last).toBeGreaterThanOrEqual(since);
    }
    expect(JSON.stringify(drift)).not.toMatch(/4711|4712|ana|Smith|gold|2019/i);
  });

  it("is in the metrics by vendor and kind, one a response", async () => {
    const text = await (await fetch(`${service.adminUrl}/metrics`)).text();
    expect(text).toContain('lazaret_schema_drift_total{vendor="acme",kind="type"} 2');
    expect(text).toContain('lazaret_schema_drift_total{vendor="acme",kind="range"} 1');
  });

  it("is listed by pages, by vendor and by time, to who has the token", async () => {
    const seen: Drift[] = [];
    for (let query: string | undefined = "?limit=3"; query !== undefined;) {
      const { drift, next } = await listed(query);
      expect(drift.length).toBeLessThanOrEqual(3);
      seen.push(...drift);
      query = next === undefined ? undefined : `?limit=3&cursor=${next}`;
    }
    expect(seen).toEqual((await listed()).drift);
    expect((await listed("?vendor=other")).drift).toEqual([]);
    expect((await listed(`?since=${Date.now() + 60_000}`)).drift).toEqual([]);
    expect((await fetch(`${service.adminUrl}/v1/drift`)).status).toBe(401);
    for (const wrong of ["?limit=0", "?limit=x", "?since=yesterday", "?cursor=bogus", "?cursor=WzFd"])
      expect([wrong, await listed(wrong)]).toMatchObject([wrong, { type: "urn:lazaret:bad-request" }]);
  });

  it("is told by the command, whose exit code says whether anything breaks", async () => {
    const table = await lazaret(["drift"], { cwd: folder });
    expect(table.code).toBe(20);
    expect(table.stdout).toMatch(/acme +GET \/customers\/\{id\} +breaking +type +\$\['id'\] +2 /);
    expect(table.stdout).toMatch(/harmless +unknown-member +\$\['loyalty'\] +1 /);
    expect(table.stdout).toContain("7 differences, 6 of them breaking");
    const json = await lazaret(["drift", "--json", "--breaking", "--vendor", "acme", "--since", "1h"], { cwd: folder });
    const { drift } = JSON.parse(json.stdout) as { drift: readonly Drift[] };
    expect([json.code, drift.length, drift[0]?.count]).toEqual([20, 6, 2]);
    const none = await lazaret(["drift", "--since", "0s"], { cwd: folder });
    expect([none.code, none.stdout]).toEqual([0, "no drift: responses are as declared\n"]);
    expect((await lazaret(["drift", "--vendor", "other"], { cwd: folder })).code).toBe(2);
    expect((await lazaret(["drift", "--since", "soon"], { cwd: folder })).code).toBe(2);
  }, 120_000);
});

describe("the table of drift", () => {
  const inspectorOf = async (schema: object) => {
    const made = temporaryFolder();
    writeFileSync(join(made, "any.json"), JSON.stringify(schema));
    writeFileSync(join(made, "routes.yaml"), "/any: any.json\n");
    return await createInspector({ vendors: { acme: { upstream: "https://acme.example", schemas: made, policy } } });
  };
  const open = (now: () => number) =>
    new EmbeddedStore({ folder: temporaryFolder(), key: undefined, age: 1000, size: 1e9, now });
  const exchangeOf = (value: object): Exchange => ({
    vendor: "acme",
    request: { method: "GET", url: "https://acme.example/any", headers: [] },
    status: 200,
    headers: [["Content-Type", "application/json"]],
    body: Buffer.from(JSON.stringify(value)),
  });

  it("counts an incident once, keeps the first example, and forgets what was last seen too long ago", async () => {
    const inspector = await inspectorOf({ properties: { id: { type: "integer" }, at: { type: "string" } } });
    let now = 5000;
    const store = open(() => now);
    const record = async (value: object): Promise<[Exchange, Verdict, string]> => {
      const exchange = exchangeOf(value);
      const verdict = await inspector.inspect(exchange);
      return [exchange, verdict, await store.record(exchange, verdict, "rest")];
    };
    const [exchange, verdict, incident] = await record({ id: "one", at: 1 });
    await store.record(exchange, { ...verdict, incident }, "rest");
    now += 600;
    await record({ id: false });
    const rows = async () =>
      (await store.drift({ limit: 10 })).drift.map(({ path, count, first, last, example }) => [
        path,
        count,
        first,
        last,
        example,
      ]);
    expect(await rows()).toEqual([
      ["$['at']", 1, 5000, 5000, "0"],
      ["$['id']", 2, 5000, 5600, '"xxx"'],
    ]);
    now += 600;
    await store.sweep();
    expect(await rows()).toEqual([["$['id']", 2, 5000, 5600, '"xxx"']]);
    await store.close();
  });

  it("keeps no more than 1000 differences of a vendor, however hostile, and goes on counting them", async () => {
    const inspector = await inspectorOf({ additionalProperties: false });
    const store = open(() => 1);
    const names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"];
    for (const one of names) {
      const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`${one}${i}`, i]));
      const exchange = exchangeOf(many);
      await store.record(exchange, await inspector.inspect(exchange), "rest");
    }
    const again = exchangeOf({ a0: 1 });
    await store.record(again, await inspector.inspect(again), "rest");
    const { drift } = await store.drift({ limit: 1000 });
    const known = drift.find(({ path }) => path === "$['a0']");
    expect([drift.length, known?.count]).toEqual([1000, 2]);
    await store.close();
  });
});

describe("the differences of an incident", () => {
  const incidentOf = (url: string, path: string, evidence: string, kind = 0): Incident => ({
    id: "x",
    at: 1,
    door: "rest",
    vendor: "acme",
    request: { method: "GET", url },
    status: 200,
    verdict: "pass",
    changes: [],
    findings: [
      {
        stage: "schema",
        category: "schema",
        rule: "lazaret/schema/x",
        severity: "medium",
        message: "m",
        location: { part: "body", path },
        evidence,
        action: "report",
        difference: { kind: DIFFERENCE_KINDS[kind % DIFFERENCE_KINDS.length] ?? "other", schema: "s" },
      },
    ],
  });

  it("name an undocumented route without what identifies", () => {
    const [one] = differencesOf(incidentOf("https://acme.example/v1/users/40711/files/a%40b?x=1", "$['a'][3]", "1"));
    expect([one?.route, one?.path]).toEqual(["GET /v1/users/{}/files/{}", "$['a'][*]"]);
  });

  it("keep no digit and no letter of a value, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat(), (value, kind) => {
        const quoted = JSON.stringify(value);
        const [one] = differencesOf(incidentOf("/a", "$", quoted, kind));
        const isKept = one?.kind === "media-type" || one?.kind === "status";
        expect(isKept || /^[^\p{L}\p{N}]*$/u.test((one?.example ?? "").replaceAll(/[x0]/g, ""))).toBe(true);
      }),
    );
  });

  it("break unless they only add", () => {
    expect(DIFFERENCE_KINDS.filter((kind) => !isBreaking(kind))).toEqual(["unknown-member", "write-only", "route"]);
  });
});
