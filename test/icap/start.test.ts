import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, it } from "vitest";
import { BIN, lazaret } from "../support/command-line.ts";
import { respmod } from "../support/icap-messages.ts";
import { talk } from "../support/icap-peer.ts";
import { temporaryFolder } from "../support/vendor.ts";

it.each([1, 2])(
  "lazaret start with %i processes says where ICAP listens, serves it and ends it well",
  async (workers) => {
    const cwd = temporaryFolder();
    const free = '"127.0.0.1:0"';
    writeFileSync(
      join(cwd, "lazaret.yaml"),
      `listen: ${free}\nicap: { listen: ${free} }\nadmin: { listen: ${free} }\nworkers: ${workers}\npolicy: { antivirus: { engines: [yara] } }\n`,
    );
    const child = spawn(process.execPath, [BIN, "start", "--log-format", "json"], {
      cwd,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(child.stdout, "data");
    const ready: { readonly msg: string; readonly icap: string } = JSON.parse(String(line));
    expect([ready.msg, ready.icap]).toEqual(["ready", expect.stringMatching(/^icap:\/\/127\.0\.0\.1:\d+$/)]);
    const port = Number(ready.icap.split(":").at(-1));
    const answers = await Promise.all(
      Array.from({ length: 8 }, async () => await talk(port, respmod('{"a":1}'), { patience: 20_000 })),
    );
    expect(answers.map(({ replies }) => replies[0]?.status)).toEqual(Array.from({ length: 8 }, () => 204));
    // Every process has the same tag.
    expect(new Set(answers.map(({ replies }) => replies[0]?.fields["ISTag"])).size).toBe(1);
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
  },
);

it("a certificate that cannot be read and a port that is taken stop the start with a clear message", async () => {
  const cwd = temporaryFolder();
  const free = '"127.0.0.1:0"';
  const start = async (icap: string) => {
    writeFileSync(join(cwd, "lazaret.yaml"), `listen: ${free}\nadmin: { listen: ${free} }\nicap: ${icap}\n`);
    return await lazaret(["start"], { cwd });
  };
  const missing = await start(`{ listen: ${free}, tls: { certificate: none.pem, key: none.key } }`);
  expect([missing.code, missing.stderr]).toEqual([
    2,
    expect.stringMatching(/icap\.tls\.certificate: .*none\.pem cannot be read/),
  ]);
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const address = holder.address();
  const port = typeof address === "object" ? address?.port : 0;
  const taken = await start(`{ listen: "127.0.0.1:${port}" }`);
  holder.close();
  expect([taken.code, taken.stderr]).toEqual([
    1,
    expect.stringContaining(`EADDRINUSE: address already in use 127.0.0.1:${port}`),
  ]);
  const unknown = await start(`{ listen: ${free}, timeots: 1 }`);
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('did you mean "timeouts"?')]);
});
