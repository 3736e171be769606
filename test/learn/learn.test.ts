import { appendFileSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { madeUp } from "../../bench/learn/made-up.ts";
import { readDocument } from "../../src/learn/document.ts";
import { readHar } from "../../src/learn/har.ts";
import { lazaret } from "../support/command-line.ts";
import { send } from "../support/http.ts";
import { learnedSchema, learnedValidator } from "../support/learned-validator.ts";
import { startInFrontOf, startVendor, temporaryFolder } from "../support/vendor.ts";

const ATTACK = "' UNION SELECT password FROM users--";

function ndjson(bodies: readonly unknown[], more: object = {}): string {
  return bodies
    .map((body, i) =>
      JSON.stringify({
        id: String(i),
        url: "/orders/17",
        contentType: "application/json",
        body: JSON.stringify(body),
        ...more,
      }),
    )
    .join("\n");
}

function harOf(bodies: readonly unknown[], host = "api.acme.example"): string {
  const entries = bodies.map((body, i) => ({
    request: { method: "GET", url: `https://${host}/orders/${1000 + i}?page=2` },
    response: {
      status: 200,
      content: {
        mimeType: "application/json; charset=utf-8",
        size: 1,
        ...(i % 2 === 0
          ? { text: JSON.stringify(body) }
          : { text: Buffer.from(JSON.stringify(body)).toString("base64"), encoding: "base64" }),
      },
    },
  }));
  return JSON.stringify({ log: { version: "1.2", entries } });
}

const ORDERS = madeUp("GET /orders/{id}", 240, 5);
const WANTED = { path: "/orders/{orderId}" };

describe("lazaret learn", () => {
  it("learns from HAR files and from exchanges line by line, and goes on from what is in the document", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "a.har"), harOf(ORDERS.slice(0, 20)));
    writeFileSync(join(cwd, "b.ndjson"), ndjson(ORDERS.slice(20, 60), { vendor: "acme" }));
    const first = await lazaret(["learn", "--vendor", "acme", "--output", "new/acme.yaml", "a.har", "b.ndjson"], {
      cwd,
    });
    expect([first.code, first.stderr]).toEqual([0, "learned from 60 exchanges; 60 in all, of 1 routes\n"]);
    const others = ndjson(ORDERS.slice(0, 3), { vendor: "other" });
    const rest = `${ndjson(ORDERS.slice(60, 120))}\n${others}`;
    const second = await lazaret(["learn", "--vendor", "acme", "--output", "new/acme.yaml", "-"], { cwd, input: rest });
    expect([second.code, second.stderr]).toEqual([
      0,
      "learned from 60 exchanges; 120 in all, of 1 routes; 3 of other vendors\n",
    ]);
    const document = readFileSync(join(cwd, "new/acme.yaml"), "utf8");
    expect(document).toContain("# in 120 responses: likely");
    const differences = learnedValidator(learnedSchema(document, WANTED));
    for (const body of ORDERS.slice(0, 120)) expect(differences(body)).toEqual([]);
    expect(differences({ ...(ORDERS[0] as object), total_price: "-5.00" })).toHaveLength(1);
    expect(differences({ ...(ORDERS[0] as object), isAdmin: true })).toHaveLength(1);
  });

  it("sets aside what the inspection flags, and says what and why", async () => {
    const poisoned = ORDERS.slice(0, 30).map((body, i) => (i === 4 ? { ...(body as object), debug: ATTACK } : body));
    const { code, stdout, stderr } = await lazaret(["learn", "--vendor", "acme", "-"], { input: ndjson(poisoned) });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^standard input:5: set aside: sqli lazaret\/\d+ at body \$\['debug'\]: /);
    expect(stderr).toMatch(/learned from 29 exchanges; 29 in all, of 1 routes; 1 set aside, flagged by /);
    expect(stdout).toContain("setAside: 1");
    expect(Object.keys((learnedSchema(stdout, WANTED) as { properties: object }).properties)).not.toContain("debug");
  });

  it("says what is wrong with what it is given", async () => {
    const cwd = temporaryFolder();
    const run = async (...words: string[]): Promise<[number | null, string]> => {
      const { code, stderr } = await lazaret(["learn", ...words], { cwd, input: "not json\n" });
      return [code, stderr];
    };
    writeFileSync(
      join(cwd, "two.har"),
      JSON.stringify({
        log: { entries: [...JSON.parse(harOf([1])).log.entries, ...JSON.parse(harOf([1], "b.example")).log.entries] },
      }),
    );
    expect(await run()).toEqual([2, "error: required option '--vendor <name>' not specified\n"]);
    expect(await run("--vendor", "acme", "two.har")).toEqual([
      2,
      expect.stringMatching(/api\.acme\.example, b\.example/),
    ]);
    expect(await run("--vendor", "acme", "-")).toEqual([
      2,
      expect.stringMatching(/^standard input:1: .*\nnothing of acme/),
    ]);
    writeFileSync(join(cwd, "one.ndjson"), ndjson(ORDERS.slice(0, 1)));
    expect(await run("--vendor", "acme", "--output", "two.har/acme.yaml", "one.ndjson")).toEqual([
      2,
      "--output: two.har/acme.yaml cannot be written: ENOTDIR: not a directory, open 'two.har/acme.yaml'\n",
    ]);
    expect(() => readHar({ log: { entries: [{ request: {} }] } })).toThrow("log.entries[0]: expected request.method");
    expect(() => readHar({ log: {} })).toThrow("expected a HAR file");
    expect(() => readDocument("openapi: 3.1.0\npaths: {}\n", "a.yaml")).toThrow(
      "a.yaml: was not written by lazaret learn",
    );
    const broken =
      "x-lazaret-learned: { vendor: a, exchanges: 1, setAside: 0 }\npaths: { /a: { get: { responses: { 200: { x-lazaret-count: 1, content: { application/json: { schema: { x-lazaret-seen: { in: many } } } } } } } } }\n";
    expect(() => readDocument(broken, "a.yaml")).toThrow(
      "a.yaml: get /a 200 application/json: x-lazaret-seen, from which to go on counting, is not as it was written",
    );
  });
});

describe("what the gateway records in monitor mode", () => {
  it("has shapes instead of values, leaves out what is flagged, and is what learn takes", async () => {
    const bodies = ORDERS.slice(0, 120);
    let sent = 0;
    const vendor = await startVendor((_request, response) => {
      const body = bodies[sent++ % bodies.length];
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify(sent === 60 ? { ...(body as object), debug: ATTACK } : body));
    });
    const state = temporaryFolder();
    const settings = { record: { sample: 1 }, policy: { mode: "monitor" } };
    const app = await startInFrontOf(vendor.url, settings, { state });
    for (let i = 0; i < bodies.length; i++) await send(`${app.gatewayUrl}/acme/orders/${5000 + i}?token=secret`);
    await app.close();
    await vendor.close();

    const file = join(state, "recordings", "acme.ndjson");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const recording = readFileSync(file, "utf8");
    expect(recording.trimEnd().split("\n")).toHaveLength(119);
    for (const value of ["secret", "UNION", "Ana", "Kowalczyk", "Berlin", "/5000"])
      expect(recording).not.toContain(value);

    writeFileSync(
      join(state, "lazaret.yaml"),
      `state: .\nvendors: { acme: { upstream: "https://api.acme.example" } }\n`,
    );
    const learn = async (...words: string[]) =>
      await lazaret(["learn", "--vendor", "acme", "-c", join(state, "lazaret.yaml"), ...words]);
    const { code, stdout } = await learn();
    expect(code).toBe(0);
    const output = join(state, "acme.yaml");
    writeFileSync(output, stdout);
    // The same recording again is nothing new; what came since is.
    expect((await learn("--output", output)).stderr).toMatch("learned from 0 exchanges; 119 in all");
    expect(readFileSync(output, "utf8")).toBe(stdout);
    appendFileSync(file, `${recording.split("\n", 1)[0]}\n`.replace('{"id":"', '{"id":"later-'));
    expect((await learn("--output", output)).stderr).toMatch("learned from 1 exchanges; 120 in all");
    writeFileSync(file, recording.split("\n").slice(0, 2).join("\n"));
    expect((await learn("--output", output)).stderr).toMatch("learned from 2 exchanges; 122 in all");
    expect(parse(stdout)).toHaveProperty(["paths", "/orders/{orderId}", "get", "responses", "200"]);
    const differences = learnedValidator(learnedSchema(stdout, WANTED));
    expect(ORDERS.slice(0, 120).flatMap((body) => differences(body))).toEqual([]);
    expect(differences({ ...(bodies[0] as object), placed_at: "yesterday" })).toHaveLength(1);
  });

  it("ends at its size", async () => {
    const vendor = await startVendor((_request, response) => {
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify(ORDERS[0]));
    });
    const state = temporaryFolder();
    const app = await startInFrontOf(vendor.url, { record: { sample: 1, size: "4kB" } }, { state });
    for (let i = 0; i < 12; i++) await send(`${app.gatewayUrl}/acme/orders`);
    await app.close();
    await vendor.close();
    expect(readdirSync(join(state, "recordings"))).toEqual(["acme.ndjson"]);
    const { size } = statSync(join(state, "recordings", "acme.ndjson"));
    expect(size).toBeGreaterThan(0);
    expect(size).toBeLessThanOrEqual(4000);
  });
});
