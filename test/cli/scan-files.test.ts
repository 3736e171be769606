import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Progress } from "../../src/cli/progress.ts";
import { createInspector } from "../../src/index.ts";
import { EmbeddedStore } from "../../src/store/incidents.ts";
import { BIN, lazaret } from "../support/command-line.ts";
import { filesCorpus } from "../support/files-corpus.ts";

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** A folder with these files, by their paths. */
function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), "lazaret-scan-"));
  folders.push(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

const [macros = Buffer.alloc(0)] = filesCorpus("ooxml").flatMap(({ file, bytes }) =>
  file.endsWith("SimpleMacro.docm") ? [bytes] : [],
);
const CONFIGURATION = "policy: { antivirus: { engines: [] } }\n";

describe("scan of many files", () => {
  it.skipIf(!existsSync("/usr/bin/script"))("says how far it is on a terminal, and nowhere else", async () => {
    const cwd = folderOf({ "lazaret.yaml": CONFIGURATION, "in/a.json": "{}", "in/b.json": "{}", "in/c.json": "{}" });
    expect(await lazaret(["scan", "in"], { cwd })).toMatchObject({ code: 0, stderr: "" });
    const typescript = execFileSync("script", ["-qec", `${process.execPath} ${BIN} scan in`, "/dev/null"], {
      cwd,
      encoding: "utf8",
    });
    expect(typescript).toContain("\r\u001B[K1 of 3: in/a.json");
    expect(typescript.replaceAll(/\r\u001B\[K(?:\d of 3: \S+?(?=\r))?/g, "").replaceAll("\r\n", "\n")).toBe(
      "in/a.json: pass\nin/b.json: pass\nin/c.json: pass\n",
    );
  });

  it("shows a state at most every tenth of a second, cut to the terminal, and none for one file", () => {
    const written: string[] = [];
    let now = 0;
    const terminal = { isTTY: true, columns: 20, write: (text: string) => written.push(text) };
    const progress = new Progress(terminal, 3, () => now);
    for (const [name, wait] of [
      ["a", 50],
      ["b", 60],
      ["c".repeat(40), 0],
    ] as const) {
      progress.next(name);
      now += wait;
    }
    progress.clear();
    progress.clear();
    expect(written).toEqual(["\r\u001B[K1 of 3: a", `\r\u001B[K3 of 3: ${"c".repeat(11)}`, "\r\u001B[K"]);
    new Progress(terminal, 1, () => now).next("a");
    new Progress({ ...terminal, isTTY: false }, 3, () => now).next("a");
    expect(written).toHaveLength(3);
  });

  it("keeps the tree below --output, and never writes two files into one", async () => {
    const files = { "a/x.json": "{}", "a/deep/er/y.json": JSON.stringify({ n: "a\u202eb" }), "b/x.json": "[]" };
    const cwd = folderOf({ ...files, "lazaret.yaml": CONFIGURATION });
    symlinkSync("/etc", join(cwd, "a", "link"));
    expect((await lazaret(["scan", "a", "--output", "out"], { cwd })).code).toBe(10);
    expect(readFileSync(join(cwd, "out/x.json"), "utf8")).toBe("{}");
    expect(readFileSync(join(cwd, "out/deep/er/y.json"), "utf8")).toBe('{"n":"ab"}');
    expect(existsSync(join(cwd, "out/link"))).toBe(false);
    const twice = await lazaret(["scan", "a", "b", "--output", "twice"], { cwd });
    expect([twice.code, twice.stdout, existsSync(join(cwd, "twice"))]).toEqual([2, "", false]);
    expect(twice.stderr).toMatch(/a\/x\.json and b\/x\.json would both be written to twice\/x\.json/);
    expect((await lazaret(["scan", "a", "b"], { cwd })).code).toBe(10);
  });
});

describe("what was removed is said in words", () => {
  it("by scan, once, and in its JSON", async () => {
    const cwd = folderOf({ "a.docm": macros, "lazaret.yaml": CONFIGURATION });
    const { stdout } = await lazaret(["scan", "a.docm"], { cwd });
    expect(stdout).toMatch(/^a\.docm: sanitized\n {2}sanitize active-content lazaret\/disarm\/ooxml at body: /);
    expect(stdout.match(/1 macro project/g)).toHaveLength(1);
    const { findings } = JSON.parse((await lazaret(["scan", "--json", "a.docm"], { cwd })).stdout);
    expect(findings[0]).toMatchObject({
      message: expect.stringMatching(/^1 macro project in /),
      evidence: "1 macro project",
    });
  });

  it("by explain", async () => {
    const cwd = folderOf({ "lazaret.yaml": CONFIGURATION });
    const inspector = await createInspector({ policy: { antivirus: { engines: [] } } });
    const verdict = await inspector.inspect({ body: macros });
    const store = new EmbeddedStore({
      folder: join(cwd, "var"),
      key: undefined,
      age: 1e9,
      size: 1e9,
      now: () => Date.now(),
    });
    const exchange = {
      vendor: undefined,
      request: { method: "GET", url: "https://v.example/a.docm", headers: [] },
      status: 200,
      headers: [],
      body: macros,
    };
    const id = await store.record(exchange, verdict, "gateway");
    await store.close();
    const { stdout } = await lazaret(["explain", id], { cwd });
    expect(stdout).toMatch(/1\. 1 macro project in \S+: active-content, high, rule lazaret\/disarm\/ooxml, sanitize/);
    expect(stdout).toMatch(/before: {3}\d+ bytes of \S+\n {3}after: {4}\d+ bytes, rebuilt/);
    await inspector.close();
  });
});
