import { execFile } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EICAR } from "../support/clamd.ts";
import { startIcap } from "../support/icap-peer.ts";
import { temporaryFolder } from "../support/vendor.ts";

const CLIENT = "/usr/bin/c-icap-client";

describe.skipIf(!existsSync(CLIENT))("c-icap-client against Lazaret", () => {
  let service: Awaited<ReturnType<typeof startIcap>>;
  const folder = temporaryFolder();
  beforeAll(async () => (service = await startIcap()));
  afterAll(async () => await service.close());

  /** What the client prints: the heads on standard error, the body that it got on standard output. */
  async function ask(name: string, content: string, ...words: string[]): Promise<string> {
    const file = join(folder, name);
    writeFileSync(file, content);
    const common = ["-i", "127.0.0.1", "-p", String(service.port), "-f", file, "-v", "-d", "1"];
    const { stdout, stderr } = await promisify(execFile)(CLIENT, [...common, ...words], { timeout: 20_000 });
    return `${stderr}${stdout}`;
  }

  it("reads the options of both services", async () => {
    for (const name of ["respmod", "reqmod"]) {
      const { stdout, stderr } = await promisify(execFile)(
        CLIENT,
        ["-i", "127.0.0.1", "-p", String(service.port), "-s", name, "-v"],
        { timeout: 20_000 },
      );
      const text = stdout + stderr;
      expect(text).toMatch(/Allow 204: Yes/);
      expect(text).toMatch(/Preview: 4096/);
      expect(text).toContain(`Methods: ${name.toUpperCase()}`);
    }
  });

  it.each([
    ["a small body in the preview", "plain text"],
    ["a body longer than the preview", "plain words ".repeat(2000)],
  ])("gets 204 for %s", async (_, content) => {
    for (const words of [
      ["-s", "respmod", "-resp", "http://api.test/x"],
      ["-s", "reqmod", "-req", "http://api.test/x"],
      ["-s", "respmod", "-resp", "http://api.test/x", "-nopreview"],
    ])
      expect([words, await ask("clean.txt", content, ...words)]).toEqual([
        words,
        expect.stringContaining("ICAP/1.0 204 No modifications needed"),
      ]);
  });

  it("gets the same bytes back where it allows no 204", async () => {
    const content = "plain words ".repeat(2000);
    const text = await ask("clean.txt", content, "-s", "respmod", "-resp", "http://api.test/x", "-no204", "-nopreview");
    expect([text.includes("ICAP/1.0 200 OK"), text.includes(content)]).toEqual([true, true]);
  });

  it("gets malware refused, in a response and in a request", async () => {
    for (const words of [
      ["-s", "respmod", "-resp", "http://api.test/x"],
      ["-s", "reqmod", "-req", "http://api.test/x"],
    ]) {
      const text = await ask("eicar.txt", EICAR, ...words);
      expect(text).toContain("X-Infection-Found: Type=0; Resolution=2; Threat=EICAR_test_file;");
      expect(text).toContain("HTTP/1.1 403 Forbidden");
    }
  });
});
