import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Incident } from "../../src/core/incident.ts";
import { loadConfigFile } from "../../src/config/load.ts";
import { type Service, startService } from "../../src/service.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { jsonOf } from "../support/http.ts";
import { startVendor, startWith, temporaryFolder, type TestVendor } from "../support/vendor.ts";

interface Problem {
  readonly type: string;
  readonly instance?: string;
}

const TOKEN = "correct horse";
const AUTHORIZED = { Authorization: "Bearer correcthorse" };
const HOSTILE = JSON.stringify({ id: 7, name: "Ana", note: "<b>x</b><script>alert(1)</script>" });

let vendor: TestVendor;
let service: Service;
let admin: string;

beforeAll(async () => {
  vendor = await startVendor((_request, response) => {
    response.setHeader("Content-Type", "application/json").end(HOSTILE);
  });
  service = await startWith({
    vendors: { acme: { upstream: vendor.url, insecure: true } },
    admin: { listen: "127.0.0.1:0", token: TOKEN.replace(" ", "") },
  });
  admin = service.adminUrl ?? "";
});
afterAll(async () => {
  await service.close();
  await vendor.close();
});

async function call(path: string, init: RequestInit = {}): Promise<Response> {
  return await fetch(`${admin}${path}`, { ...init, headers: { ...AUTHORIZED, ...init.headers } });
}

describe("health and metrics", () => {
  it("need no token", async () => {
    expect(await (await fetch(`${admin}/healthz`)).json()).toEqual({ status: "alive" });
    const ready = await fetch(`${admin}/readyz`);
    expect([ready.status, await ready.json()]).toMatchObject([200, { status: "ready" }]);
    const document = await jsonOf<{ paths: object }>(await fetch(`${admin}/openapi.json`));
    expect(Object.keys(document.paths)).toContain("/v1/quarantine/{id}/release");
  });

  it("count what was inspected, under labels that stay few", async () => {
    await fetch(`${service.gatewayUrl}/acme/items/4711`);
    const text = await (await fetch(`${admin}/metrics`)).text();
    expect(text).toMatch(/lazaret_verdicts_total\{vendor="acme",verdict="sanitized",door="gateway"\} [1-9]/);
    expect(text).toMatch(/lazaret_findings_total\{vendor="acme",category="xss",action="sanitize"\} [1-9]/);
    expect(text).toMatch(/http_server_request_duration_seconds_count\{vendor="acme",status="200"\} [1-9]/);
    expect(text).toMatch(/lazaret_inspection_duration_seconds_count\{stage="rules"\} [1-9]/);
    expect(text).toMatch(/http_client_request_duration_seconds_count\{vendor="acme"\} [1-9]/);
    expect(text).not.toContain("4711");
  });
});

describe("/v1", () => {
  it("refuses without the token, and with a wrong one", async () => {
    for (const headers of [{}, { Authorization: "Bearer wrong" }, { Authorization: "Basic Y29ycmVjdGhvcnNl" }]) {
      const response = await fetch(`${admin}/v1/vendors`, { headers });
      expect([response.status, await response.json()]).toMatchObject([401, { type: "urn:lazaret:unauthorized" }]);
      expect(response.headers.get("www-authenticate")).toContain("Bearer");
    }
  });

  it("refuses what a page of another origin would change", async () => {
    for (const headers of [{ Origin: "https://evil.example" }, { "Sec-Fetch-Site": "cross-site" }]) {
      const response = await call("/v1/reload", { method: "POST", headers });
      expect([response.status, (await jsonOf<Problem>(response)).type]).toEqual([403, "urn:lazaret:forbidden"]);
    }
    expect((await call("/v1/reload", { method: "POST", headers: { Origin: admin } })).status).toBe(200);
  });

  it("lists vendors", async () => {
    expect(await (await call("/v1/vendors")).json()).toEqual({
      vendors: [{ name: "acme", upstream: `${vendor.url}/`, mode: "enforce", packs: ["lazaret"] }],
    });
  });

  it("says which methods there are", async () => {
    const response = await call("/v1/reload");
    expect([response.status, response.headers.get("allow"), (await jsonOf<Problem>(response)).type]).toEqual([
      405,
      "POST",
      "urn:lazaret:method-not-allowed",
    ]);
    expect((await call("/v1/nothing")).status).toBe(404);
    expect((await call("/v1/incidents/%E0%A4%A")).status).toBe(400);
  });
});

describe("POST /v1/inspect", () => {
  const inspect = async (body: string, headers: Record<string, string> = {}) =>
    await call("/v1/inspect", { method: "POST", body, headers: { "Content-Type": "application/json", ...headers } });

  it("gives the safe body with the verdict's fields", async () => {
    const response = await inspect(HOSTILE, { "Lazaret-Vendor": "acme", "Lazaret-Url": "/items" });
    expect([response.status, response.headers.get("lazaret-verdict"), response.headers.get("content-type")]).toEqual([
      200,
      "sanitized",
      "application/json",
    ]);
    expect(await response.json()).toEqual({ id: 7, name: "Ana", note: "<b>x</b>" });
    const clean = await inspect(' {"a":1.0}');
    expect([clean.headers.get("lazaret-verdict"), await clean.text()]).toEqual(["pass", ' {"a":1.0}']);
  });

  it("gives the verdict where JSON is accepted", async () => {
    const response = await inspect(HOSTILE, { Accept: "application/json" });
    expect(await response.json()).toMatchObject({
      verdict: "sanitized",
      findings: expect.arrayContaining([
        expect.objectContaining({ rule: "lazaret/102110", category: "xss", action: "sanitize" }),
      ]),
      body: '{"id":7,"name":"Ana","note":"<b>x</b>"}',
      incident: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it("gives the content where JSON is refused, or only any type is accepted", async () => {
    for (const Accept of ["application/json;q=0, */*", "*/*", "application/jsonish"])
      expect([Accept, await (await inspect(' {"a":1.0}', { Accept })).text()]).toEqual([Accept, ' {"a":1.0}']);
    for (const Accept of ["Application/JSON", "text/html, application/json; charset=utf-8;q=0.5"])
      expect(await (await inspect("{}", { Accept })).json()).toMatchObject({ verdict: "pass" });
  });

  it("gives the gateway's problem for what is blocked", async () => {
    const response = await inspect('{"a":', { "Lazaret-Vendor": "acme" });
    const problem = await jsonOf<Problem>(response);
    expect([response.status, problem]).toMatchObject([
      502,
      { type: "urn:lazaret:blocked", vendor: "acme", findings: [{ category: "malformed" }] },
    ]);
    expect(problem.instance).toBe(`urn:uuid:${response.headers.get("lazaret-incident")}`);
  });

  it("refuses a vendor that is not there and a status that is none", async () => {
    expect((await inspect("{}", { "Lazaret-Vendor": "nobody" })).status).toBe(404);
    expect((await inspect("{}", { "Lazaret-Status": "two hundred" })).status).toBe(400);
  });
});

describe("an incident of the gateway", () => {
  it("can be read, its original fetched, released and deleted", async () => {
    const answer = await fetch(`${service.gatewayUrl}/acme/items?key=secret`);
    const id = answer.headers.get("lazaret-incident") ?? "";
    expect(answer.headers.get("lazaret-findings")).toMatch(/^[1-9]$/);
    const incident = await jsonOf<Incident>(await call(`/v1/incidents/${id}`));
    expect(incident).toMatchObject({ id, door: "gateway", vendor: "acme", verdict: "sanitized" });
    expect(incident.request.url).toBe(`${vendor.url}/items?key=*`);
    const { incidents, next } = await jsonOf<{ incidents: Incident[]; next?: string }>(
      await call("/v1/incidents?limit=1&vendor=acme"),
    );
    expect([incidents[0]?.id, typeof next]).toEqual([id, "string"]);
    const original = await call(`/v1/quarantine/${id}`);
    expect([original.headers.get("content-type"), original.headers.get("x-content-type-options")]).toEqual([
      "application/octet-stream",
      "nosniff",
    ]);
    expect(original.headers.get("content-disposition")).toMatch(/^attachment;/);
    expect(await original.text()).toBe(HOSTILE);
    const released = await call(`/v1/quarantine/${id}/release`, { method: "POST" });
    expect((await jsonOf<Incident>(released)).quarantine?.state).toBe("released");
    expect((await call(`/v1/quarantine/${id}`, { method: "DELETE" })).status).toBe(204);
    expect((await call(`/v1/quarantine/${id}`)).status).toBe(404);
    expect((await call(`/v1/quarantine/${id}`, { method: "DELETE" })).status).toBe(409);
  });

  it("refuses queries that mean nothing", async () => {
    for (const query of ["limit=0", "limit=5000", "limit=x", "verdict=bad", "cursor=bogus"])
      expect((await call(`/v1/incidents?${query}`)).status).toBe(400);
    expect((await call("/v1/incidents/none")).status).toBe(404);
  });
});

describe("without a token", () => {
  it("/v1 serves loopback under a loopback name only", async () => {
    const open = await startWith({});
    const status = async (host: string): Promise<number | undefined> =>
      await new Promise((resolve, reject) => {
        httpRequest(`${open.adminUrl}/v1/vendors`, { headers: { Host: host } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on("error", reject)
          .end();
      });
    expect(await status("127.0.0.1")).toBe(200);
    expect(await status("localhost:9090")).toBe(200);
    expect(await status("rebound.evil.example")).toBe(403);
    await open.close();
  });

  it("start refuses to listen elsewhere", async () => {
    const address = Object.values(networkInterfaces())
      .flat()
      .find((one) => one?.internal === false)?.address;
    await expect(
      startWith({ admin: { listen: `${address ?? "0.0.0.0"}:0`.replace(/^(.*:.*):0$/, "[$1]:0") } }),
    ).rejects.toThrow("admin.token is needed");
  });
});

it("a reload takes what is valid, and refuses the rest with every error while the former goes on", async () => {
  const file = join(temporaryFolder(), "lazaret.yaml");
  const write = (mode: string): void =>
    writeFileSync(
      file,
      `listen: 127.0.0.1:0\nadmin: { listen: "127.0.0.1:0" }\nvendors:\n  acme: { upstream: "${vendor.url}", insecure: true, policy: { mode: ${mode} } }\n`,
    );
  write("enforce");
  const running = await startService({
    load: async () => await loadConfigFile(file, {}),
    log: createLog("silent", "json"),
  });
  const verdict = async (): Promise<string | null> =>
    (await fetch(`${running.gatewayUrl}/acme/items`)).headers.get("lazaret-verdict");
  const reload = async (): Promise<Response> => await fetch(`${running.adminUrl}/v1/reload`, { method: "POST" });
  expect(await verdict()).toBe("sanitized");
  write("monitor");
  expect((await reload()).status).toBe(200);
  expect(await verdict()).toBe("pass;would=sanitized");
  write("enforc");
  const refused = await reload();
  expect([refused.status, await refused.json()]).toMatchObject([
    422,
    { type: "urn:lazaret:invalid-configuration", errors: [{ line: 4, key: "vendors.acme.policy.mode" }] },
  ]);
  expect(await verdict()).toBe("pass;would=sanitized");
  await running.close();
});

it("explain says why, where, what was done, and what would allow it", async () => {
  const folder = temporaryFolder();
  const running = await startWith({ vendors: { acme: { upstream: vendor.url, insecure: true } }, state: folder });
  const id = (await fetch(`${running.gatewayUrl}/acme/items?x=1`)).headers.get("lazaret-incident") ?? "";
  await running.close();
  const file = join(folder, "lazaret.yaml");
  writeFileSync(file, `state: ${folder}\n`);
  const bin = fileURLToPath(new URL("../../bin/lazaret.js", import.meta.url));
  const { stdout, status } = spawnSync(process.execPath, [bin, "explain", id, "-c", file], { encoding: "utf8" });
  expect(status).toBe(0);
  expect(stdout).toContain(`sanitized: GET ${vendor.url}/items?x=* (200)`);
  expect(stdout).toContain("rule lazaret/102110, sanitize");
  expect(stdout).toContain("body $['note']");
  expect(stdout).toContain("(t:lowercase): <script>");
  expect(stdout).toContain("after:    <b>x</b>");
  expect(stdout).toContain(`exclude: [{ rule: "lazaret/102110", path: "$['note']", route: "GET /items" }]`);
  const unknown = spawnSync(process.execPath, [bin, "explain", "nope", "-c", file], { encoding: "utf8" });
  expect([unknown.status, unknown.stderr]).toEqual([2, `there is no incident nope in ${folder}\n`]);
});

it("explain tells how a rule matched a value of which only its beginning was kept", async () => {
  const note = `<script\tsrc=x>alert(1)</script>${"x".repeat(100)}`;
  const long = await startVendor((_request, response) => {
    response.setHeader("Content-Type", "application/json").end(JSON.stringify({ note }));
  });
  const folder = temporaryFolder();
  const acme = { upstream: long.url, insecure: true, policy: { mode: "monitor" } } as const;
  const running = await startWith({ vendors: { acme }, state: folder });
  const id = (await fetch(`${running.gatewayUrl}/acme/items`)).headers.get("lazaret-incident") ?? "";
  await running.close();
  await long.close();
  const file = join(folder, "lazaret.yaml");
  writeFileSync(file, `state: ${folder}\n`);
  const bin = fileURLToPath(new URL("../../bin/lazaret.js", import.meta.url));
  const { stdout } = spawnSync(process.execPath, [bin, "explain", id, "-c", file], { encoding: "utf8" });
  expect(stdout).toContain("before:   <script\\u0009src=x>");
  expect(stdout).toContain("(t:lowercase): <script\\u0009\n");
});
