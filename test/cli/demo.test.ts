import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { demoResponses } from "../../src/demo/responses.ts";
import { temporaryFolder } from "../support/vendor.ts";

const BIN = fileURLToPath(new URL("../../bin/lazaret.js", import.meta.url));

/** What `npm start` runs. */
describe("start without a configuration", () => {
  const cwd = temporaryFolder();
  let child: ChildProcessByStdio<null, Readable, null>;
  const printed: string[] = [];
  beforeAll(async () => {
    child = spawn(process.execPath, [BIN, "start"], { cwd, stdio: ["ignore", "pipe", "ignore"] });
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => printed.push(line));
    for (let i = 0; i < 200 && !printed.some((line) => line.includes("/events")); i++)
      await new Promise((resolve) => setTimeout(resolve, 50));
  });
  afterAll(async () => {
    const closed = once(child, "close");
    child.kill("SIGTERM");
    expect((await closed)[0]).toBe(0);
  });

  it("prints for each response a line before and a line after, and each behaves as printed", async () => {
    expect(printed[0]).toMatch(/^ready: gateway http:\/\/127\.0\.0\.1:\d+/);
    const expected = new Map(demoResponses().map(({ path, expected: verdict }) => [path, verdict]));
    const curls = printed.flatMap((line) => /^ {2}curl -i (http:\S+\/demo(\/\S+))$/.exec(line)?.slice(1) ?? []);
    expect(curls).toHaveLength(expected.size * 2);
    for (let i = 0; i < curls.length; i += 2) {
      const [url = "", path = ""] = curls.slice(i);
      const response = await fetch(url, { redirect: "manual" });
      expect([path, response.headers.get("lazaret-verdict")]).toEqual([path, expected.get(path)]);
      await response.arrayBuffer();
    }
  });

  it("keeps all but the hostile item of the list byte for byte", async () => {
    const url = printed.find((line) => line.endsWith("/demo/stored-xss"))?.replace("  curl -i ", "") ?? "";
    const original =
      demoResponses()
        .find(({ path }) => path === "/stored-xss")
        ?.body.toString() ?? "";
    expect(await (await fetch(url)).text()).toBe(original.replace(/<script>.*?<\/script>/, ""));
  });
});
