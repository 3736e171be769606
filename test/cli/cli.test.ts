import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, readFile, readdir, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { demoResponses } from "../../src/demo/responses.ts";
import { createInspector } from "../../src/index.ts";
import { BIN, lazaret } from "../support/command-line.ts";
import { startInFrontOf, startVendor, temporaryFolder } from "../support/vendor.ts";

const folder = async () => await mkdtemp(join(tmpdir(), "lazaret-test-"));
const HIDDEN = JSON.stringify({ note: "a\u202eb" });

it("scan says the verdict and exits by the worst", async () => {
  const cwd = await folder();
  await writeFile(join(cwd, "clean.json"), "{}");
  await writeFile(join(cwd, "hidden.json"), HIDDEN);
  await writeFile(join(cwd, "broken.json"), '{"a":1,"a":2}');
  expect(await lazaret(["scan", "clean.json"], { cwd })).toMatchObject({ code: 0, stdout: "clean.json: pass\n" });
  const hidden = await lazaret(["scan", "clean.json", "hidden.json"], { cwd });
  expect(hidden.code).toBe(10);
  expect(hidden.stdout).toMatch(
    /hidden\.json: sanitized\n {2}sanitize hidden-text lazaret\/hidden-text\/bidi at body \$\['note'\]: .* — a\\u202eb\n/,
  );
  expect((await lazaret(["scan", "."], { cwd })).code).toBe(20);
  expect((await lazaret(["scan", "-", "--content-type", "application/json"], { input: HIDDEN })).code).toBe(10);
});

it("scan --json --output writes copies below the folder, and nothing that was blocked", async () => {
  const cwd = await folder();
  await writeFile(join(cwd, "clean.json"), "{}");
  await writeFile(join(cwd, "hidden.json"), HIDDEN);
  await writeFile(join(cwd, "broken.json"), '{"a":1,"a":2}');
  await symlink("/etc/passwd", join(cwd, "link.json"));
  const out = join(cwd, "..", `${cwd.split("/").at(-1)}-out`);
  const { stdout, code } = await lazaret(["scan", "--json", "--output", out, cwd]);
  expect(code).toBe(20);
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ file, verdict }) => [file, verdict])).toEqual([
    [join(cwd, "broken.json"), "blocked"],
    [join(cwd, "clean.json"), "pass"],
    [join(cwd, "hidden.json"), "sanitized"],
  ]);
  expect(lines[2]).toMatchObject({ body: JSON.stringify({ note: "ab" }), output: join(out, "hidden.json") });
  expect((await readdir(out)).toSorted()).toEqual(["clean.json", "hidden.json"]);
  expect(await readFile(join(out, "hidden.json"), "utf8")).toBe(JSON.stringify({ note: "ab" }));
});

it.each([
  ["listen", (taken: string) => `listen: ${taken}\nadmin: { listen: 127.0.0.1:0 }\n`],
  ["admin.listen", (taken: string) => `listen: 127.0.0.1:0\nadmin: { listen: "${taken}" }\n`],
])("start names %s and its address where it is taken", async (key, configuration) => {
  const cwd = await folder();
  await using other = await listener();
  await writeFile(join(cwd, "lazaret.yaml"), configuration(other.address));
  expect(await lazaret(["start"], { cwd })).toEqual({
    code: 1,
    stdout: "",
    stderr: `lazaret: lazaret.yaml: ${key}: ${other.address} is taken by another program; end that one, or name another port (0 picks a free one)\n`,
  });
});

/** Another program that listens on a port of this machine. */
async function listener() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return { address: `127.0.0.1:${port}`, [Symbol.asyncDispose]: async () => void server.close() };
}

it("says its version", async () => {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  expect(await lazaret(["--version"])).toMatchObject({ code: 0, stdout: `${version}\n` });
});

it("scan refuses a vendor that is not configured, and a batch that names files", async () => {
  const cwd = await folder();
  await writeFile(join(cwd, "lazaret.yaml"), "vendors: { acme: { upstream: https://api.acme.example } }\n");
  await writeFile(join(cwd, "clean.json"), "{}");
  expect(await lazaret(["scan", "--vendor", "acne", "clean.json"], { cwd })).toMatchObject({
    code: 2,
    stdout: "",
    stderr: "lazaret.yaml has no vendor acne; did you mean acme?\n",
  });
  expect((await lazaret(["scan", "--vendor", "acme", "clean.json"], { cwd })).code).toBe(0);
  for (const words of [["clean.json"], ["--output", "out"]])
    expect(await lazaret(["scan", "--batch", ...words], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^scan: --batch reads standard input .*\n$/),
    });
});

it("scan --batch takes what its lines leave out from the options", async () => {
  const cwd = await folder();
  const strict = "vendors: { acme: { upstream: https://api.acme.example, policy: { on: { hidden-text: block } } } }\n";
  await writeFile(join(cwd, "lazaret.yaml"), strict);
  const body = HIDDEN;
  const input = [
    { id: "1", body },
    { id: "2", body, vendor: "other" },
    { id: "3", body: "x", status: 200 },
  ];
  const words = ["scan", "--batch", "--vendor", "acme", "--content-type", "application/json", "--status", "204"];
  const { stdout } = await lazaret(words, { cwd, input: input.map((line) => JSON.stringify(line)).join("\n") });
  const findings = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).findings.map(({ rule, action }: Record<string, string>) => `${action} ${rule}`));
  const status = "block lazaret/header/status";
  expect(findings).toEqual([
    [status, "block lazaret/hidden-text/bidi"],
    [status, "sanitize lazaret/hidden-text/bidi"],
    ["block lazaret/json/syntax"],
  ]);
});

it.each([
  [{ bodyBase64: "!!!" }, 'expected "bodyBase64" to be base64'],
  [{ bodyBase64: "PHNjcmlwdD4*" }, 'expected "bodyBase64" to be base64'],
  [{ bodyBase64: "eA==", body: "{}" }, 'expected one of "body" and "bodyBase64"'],
  [{ bodyBase64: 5 }, 'expected "body" or "bodyBase64" to be a string'],
  [{}, 'expected "body" or "bodyBase64" to be a string'],
])("scan --batch inspects no part of a body that it cannot read: %j", async (body, error) => {
  const { code, stdout } = await lazaret(["scan", "--batch"], { input: JSON.stringify({ id: "1", ...body }) });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual({ id: null, error });
});

it("scan --batch answers line by line, and goes on after a broken line", async () => {
  const input = [
    JSON.stringify({ id: "1", body: "{}", contentType: "application/json" }),
    "{broken",
    JSON.stringify({ id: 2, body: "{}" }),
    JSON.stringify({
      id: "3",
      bodyBase64: Buffer.from(HIDDEN).toString("base64"),
      headers: { "Content-Type": "application/json" },
    }),
  ].join("\n");
  const { code, stdout } = await lazaret(["scan", "--batch"], { input });
  expect(code).toBe(1);
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines[0]).toMatchObject({ id: "1", verdict: "pass", findings: [] });
  expect(lines[1]).toMatchObject({ id: null, error: expect.stringContaining("JSON") });
  expect(lines[2]).toMatchObject({ id: null, error: 'expected "id" to be a string' });
  expect(Buffer.from(lines[3].bodyBase64, "base64").toString()).toBe(JSON.stringify({ note: "ab" }));
});

function configured(text: string): string {
  const file = join(temporaryFolder(), "lazaret.yaml");
  writeFileSync(file, text);
  return file;
}

const NO_STATE = configured("state: absent\n");
const STATE_IN_FILE = configured("state: lazaret.yaml/below\n");
const NO_PACK = configured("vendors: { a: { upstream: https://a.example, policy: { rules: { packs: [absent] } } } }\n");

it.each([
  [["scan"], /name a file or folder/],
  [["scan", "nowhere.json"], /nowhere\.json: there is no such file or folder/],
  [["scan", "--status", "9", "-"], /expected a status from 100 to 599/],
  [["check", "-c", "nowhere.yaml"], /nowhere\.yaml: cannot be read: there is no such file/],
  [["frobnicate"], /unknown command/],
  [["explain", "nope", "-c", NO_STATE], /state: \/.*\/absent is not there; name the configuration/],
  [["drift", "-c", NO_STATE], /state: \/.*\/absent is not there; name the configuration/],
  [["check", "-c", STATE_IN_FILE], /state: .*\/lazaret\.yaml\/below cannot be used: ENOTDIR/],
  [["check", "-c", NO_PACK], /lazaret\.yaml: vendors\.a\.policy\.rules\.packs: \/.*\/absent cannot be read/],
])("wrong usage exits with 2 and says what is wrong: %j", async (words, message) => {
  const { code, stderr } = await lazaret(words);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});

it("init writes a configuration that check accepts, and never over another", async () => {
  const cwd = await folder();
  expect((await lazaret(["init"], { cwd })).code).toBe(0);
  const check = await lazaret(["check"], { cwd });
  expect(check).toMatchObject({ code: 0, stderr: "" });
  expect(check.stdout).toMatch(/^acme: https:\/\/api\.acme\.example .*; monitor; /m);
  expect(await lazaret(["init"], { cwd })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("is there already"),
  });
});

it("start fronts the demo vendor, whose responses come out as announced; SIGTERM ends it", async () => {
  const cwd = await folder();
  await writeFile(join(cwd, "any.yaml"), "listen: 127.0.0.1:0\nvendors: {}\n");
  const child = spawn(process.execPath, [BIN, "start", "-c", "any.yaml", "--log-format", "json"], {
    cwd,
    stdio: "pipe",
  });
  const line = await new Promise<string>((resolve) =>
    child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString())),
  );
  const { msg, gateway } = JSON.parse(line);
  expect(msg).toBe("ready");
  expect((await fetch(`${gateway}/acme/`)).status).toBe(404);
  child.kill("SIGTERM");
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
});

it("gateway, batch and library give the same verdict and bytes for the same exchange", async () => {
  const responses = demoResponses();
  const vendor = await startVendor((request, response) => {
    const found = responses.find(({ path }) => path === request.url);
    response.writeHead(found?.status ?? 200, found?.headers ?? {}).end(found?.body);
  });
  const schemas = fileURLToPath(new URL("../../schemas/demo", import.meta.url));
  const app = await startInFrontOf(vendor.url, { schemas });
  const inspector = await createInspector({ vendors: { acme: { upstream: vendor.url, insecure: true, schemas } } });
  const lines = responses.map(({ path, headers, status, body }) =>
    JSON.stringify({
      id: path,
      vendor: "acme",
      url: path,
      headers,
      status,
      bodyBase64: Buffer.from(body).toString("base64"),
    }),
  );
  const cwd = await folder();
  await writeFile(
    join(cwd, "lazaret.yaml"),
    `vendors: { acme: { upstream: "${vendor.url}", insecure: true, schemas: "${schemas}" } }\n`,
  );
  const batch = (await lazaret(["scan", "--batch"], { input: lines.join("\n"), cwd })).stdout.trimEnd().split("\n");
  for (const [i, { path, headers, status = 200, body, expected }] of responses.entries()) {
    const reply = await fetch(app.gatewayUrl + `/acme${path}`, { redirect: "manual" });
    const library = await inspector.inspect({
      vendor: "acme",
      request: { url: path },
      status,
      headers,
      body: Buffer.from(body),
    });
    const line = JSON.parse(batch[i] ?? "");
    expect([reply.headers.get("lazaret-verdict"), library.verdict, line.verdict], path).toEqual([
      expected,
      expected,
      expected,
    ]);
    expect(line.findings).toEqual(library.findings);
    const delivered = Buffer.from(await reply.arrayBuffer());
    if (expected === "sanitized")
      expect(Buffer.from(line.bodyBase64, "base64").equals(Buffer.from(library.body))).toBe(true);
    if (expected !== "blocked") expect(delivered.equals(Buffer.from(library.body))).toBe(true);
  }
  await app.close();
  await vendor.close();
});

it("check says of a sandbox that no policy names that nothing is sent to it", async () => {
  const file = configured(
    "sandboxes: { box: { submit: { url: https://s.example/scan }, verdict: { clean: [{ pointer: /v, equals: 1 }] } } }\n",
  );
  expect(await lazaret(["check", "-c", file])).toMatchObject({
    code: 0,
    stderr: `${file}: sandboxes.box: no policy.sandbox names it, so nothing is sent to it\n`,
  });
});

it("check says what each vendor gets, which upstream and engine cannot be reached, and fails for a required engine", async () => {
  const vendor = await startVendor((_request, response) => response.end());
  const cwd = temporaryFolder();
  const write = (antivirus: string): void =>
    writeFileSync(
      join(cwd, "lazaret.yaml"),
      `policy: { antivirus: ${antivirus} }\nvendors:\n  up: { upstream: "${vendor.url}", insecure: true }\n  down: { upstream: "http://127.0.0.1:1", insecure: true, policy: { mode: monitor } }\n`,
    );
  write("{ unavailable: block }");
  const { code, stdout } = await lazaret(["check"], { cwd });
  expect(code).toBe(0);
  expect(stdout).toContain("lazaret.yaml: valid\n");
  expect(stdout).toMatch(/^yara: up, used: \d+ rules$/m);
  expect(stdout).toMatch(/^clamd: (?:up, used|absent, not used)/m);
  expect(stdout).toContain(`up: ${vendor.url}; enforce; rule packs lazaret at their own paranoia; `);
  expect(stdout).toMatch(/^down: http:\/\/127\.0\.0\.1:1 \(NOT REACHABLE: .*\); monitor; /m);
  write('{ engines: [clamd], clamd: "127.0.0.1:1" }');
  const failing = await lazaret(["check"], { cwd });
  expect([failing.code, failing.stdout]).toEqual([1, expect.stringContaining("clamd: down, required: ")]);
  await vendor.close();
});
