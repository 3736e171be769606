import fc from "fast-check";
import { expect, it } from "vitest";
import { createPipeline } from "../../src/core/pipeline.ts";
import type { Stage } from "../../src/core/stage.ts";
import { decode } from "../../src/decode/decode.ts";
import { createInspector } from "../../src/index.ts";
import { defaultPolicy } from "../support/policy.ts";

const inspect = async (body: string, config: object = {}, input: object = {}) => {
  const inspector = await createInspector(config);
  const verdict = await inspector.inspect({ contentType: "application/json", body, ...input });
  return { ...verdict, text: Buffer.from(verdict.body).toString() };
};

it("a verdict of pass hands back the very bytes", async () => {
  const body = new Uint8Array(Buffer.from("{}"));
  const inspector = await createInspector();
  expect((await inspector.inspect({ body })).body).toBe(body);
});

it("base64 in a string is taken apart, sanitized and put back in the same alphabet", async () => {
  const inner = JSON.stringify({ note: "a\u202eb", pad: "??>>~~" });
  const clean = JSON.stringify({ note: "ab", pad: "??>>~~" });
  const wrap = (text: string) => Buffer.from(text).toString("base64url");
  const verdict = await inspect(JSON.stringify({ file: { data: wrap(inner) } }));
  expect(verdict.verdict).toBe("sanitized");
  expect(verdict.text).toBe(JSON.stringify({ file: { data: wrap(clean) } }));
  expect(verdict.findings[0]?.location).toEqual({ part: "body > $.file.data (base64url)", path: "$['note']" });
});

it("JSON in a string in a record is taken apart too", async () => {
  const line = (note: string) => `${JSON.stringify({ event: JSON.stringify({ note }) })}\r\n`;
  const verdict = await inspect(line("ok") + line("a\u202eb"), {}, { contentType: "application/x-ndjson" });
  expect(verdict.text).toBe(line("ok") + line("ab"));
  expect(verdict.findings.map(({ location }) => location.part)).toContain("body > record 2 > $.event (json)");
});

it("what cannot be made safe is blocked, and says so", async () => {
  const verdict = await inspect('{"role":1,"role":2}');
  expect(verdict).toMatchObject({ verdict: "blocked", text: "" });
  expect(verdict.findings).toMatchObject([{ rule: "lazaret/json/duplicate-key", action: "block" }]);
});

it("policy decides by category, path, route and exclusion, most special first", async () => {
  const hidden = JSON.stringify({ a: "x\u202ey", b: { c: "x\u202ey" } });
  const vendor = (more: object) => ({ vendors: { acme: { upstream: "https://api.acme.example", ...more } } });
  const of = async (config: object, url = "/v1/items/7") =>
    (await inspect(hidden, config, { vendor: "acme", request: { url } })).findings.map(({ action }) => action);
  expect(await of(vendor({}))).toEqual(["sanitize", "sanitize"]);
  expect(await of({ policy: { on: { "hidden-text": "report" } }, ...vendor({}) })).toEqual(["report", "report"]);
  expect(await of(vendor({ policy: { on: { "hidden-text": "block" } } }))).toEqual(["block", "block"]);
  expect(await of(vendor({ paths: [{ path: "$.b.*", on: { "hidden-text": "report" } }] }))).toEqual([
    "sanitize",
    "report",
  ]);
  expect(await of(vendor({ paths: [{ path: "$..c", as: "opaque" }] }))).toEqual(["sanitize"]);
  const routes = [{ route: "GET /v1/items/{id}", on: { "hidden-text": "report" } }];
  expect(await of(vendor({ routes }))).toEqual(["report", "report"]);
  expect(await of(vendor({ routes }), "/v1/other")).toEqual(["sanitize", "sanitize"]);
  const exclude = [{ rule: "lazaret/hidden-text/bidi", path: "$.a" }];
  expect(await of(vendor({ exclude }))).toEqual(["report", "sanitize"]);
  expect(await of(vendor({ exclude: [{ ...exclude[0], until: "2020-01-01" }] }))).toEqual(["sanitize", "sanitize"]);
});

it("whatever is delivered passes when it is inspected again, and only offending strings differ", async () => {
  const inspector = await createInspector();
  const word = fc.constantFrom(
    "plain",
    "a\u202eb",
    "x\u200b\u200b\u200cy",
    "é\u0000",
    "𝔘 \u{E0041}",
    "=1+1",
    "<b>hi</b>",
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      word,
      fc.integer(),
      fc.constant(null),
      fc.array(tie("any"), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom("a", "b", "c\u202e"), tie("any")),
    ),
  })).any;
  await fc.assert(
    fc.asyncProperty(value, fc.constantFrom(0, 2), async (json, indent) => {
      const body = JSON.stringify({ json }, undefined, indent);
      const first = await inspector.inspect({ contentType: "application/json", body });
      if (first.verdict === "blocked") return;
      const again = await inspector.inspect({ contentType: "application/json", body: first.body });
      expect(again.verdict).toBe("pass");
      if (first.verdict === "pass") expect(Buffer.from(first.body).toString()).toBe(body);
      else
        expect(
          Buffer.from(first.body)
            .toString()
            .replaceAll(/[^\x20-\x7e]/g, "").length,
        ).toBeLessThanOrEqual(body.length);
    }),
    { numRuns: 500 },
  );
});

it("no body, however broken, makes it throw or hang", async () => {
  const inspector = await createInspector({ policy: { limits: { body: "1MiB", depth: 16 } } });
  const seeds = [
    '{"a":[1,"x\\u202ey"]}',
    "<html><b>x</b>",
    "data: {}\n\n",
    "\u001e[]\n",
    "%PDF-1.7",
    "PK\u0003\u0004",
    "\u001f\u008b\u0008\0\0",
    "a,b\r\n=1,2",
  ];
  const type = fc.constantFrom(
    undefined,
    "application/json",
    "text/event-stream",
    "application/x-ndjson",
    "text/html",
    "application/json-seq",
    "application/json; charset=utf-16",
    "text/plain; charset=x",
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.nat(30), fc.nat(255)), { maxLength: 4 }),
      type,
      async (seed, edits, contentType) => {
        const body = Buffer.from(seed, "latin1");
        for (const [at, byte] of edits) if (at < body.length) body[at] = byte;
        const verdict = await inspector.inspect({ contentType, body });
        expect(["pass", "sanitized", "blocked"]).toContain(verdict.verdict);
        for (const { rule } of verdict.findings) expect(rule).not.toBe("lazaret/stage-failed");
      },
    ),
    { numRuns: 3000 },
  );
});

it("a stage that asks others is begun first, and its findings stand in its place all the same", async () => {
  const begun: string[] = [];
  const stage = (name: string, more: Partial<Stage> = {}): Stage => ({
    name,
    inspect: ({ body }) => {
      begun.push(name);
      const said = { stage: name, rule: name, message: "", part: body, evidence: "" };
      return [{ ...said, category: "leak", severity: "low", remedy: { kind: "none" } }];
    },
    ...more,
  });
  const policy = defaultPolicy();
  const pipeline = createPipeline({
    decode,
    stages: [stage("first"), stage("asking", { asksOthers: () => true }), stage("last", { asksOthers: () => false })],
    disarm: {},
    policyOf: () => policy,
    now: () => performance.now(),
    wallClock: () => Date.now(),
  });
  const request = { method: "GET", url: "/", headers: [] };
  const body = Buffer.from("{}");
  const { findings } = await pipeline.inspect({ vendor: undefined, request, status: 200, headers: [], body });
  expect(begun).toEqual(["asking", "first", "last"]);
  expect(findings.map(({ rule }) => rule)).toEqual(["first", "asking", "last"]);
});
