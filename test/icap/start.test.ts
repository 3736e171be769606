import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { expect, it } from "vitest";
import { testCertificates, type TestCertificates } from "../support/certificates.ts";
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

it("a certificate that was renewed is in force without a restart, and one that does not fit its key is refused", async () => {
  const cwd = temporaryFolder();
  const at = (name: string): string => join(cwd, name);
  const put = ({ certificate, key }: Pick<TestCertificates, "certificate" | "key">): void => {
    copyFileSync(certificate, at("icap.pem"));
    copyFileSync(key, at("icap.key"));
  };
  const [former, renewed] = [testCertificates(), testCertificates()];
  put(former);
  const free = '"127.0.0.1:0"';
  writeFileSync(
    at("lazaret.yaml"),
    `listen: ${free}\nadmin: { listen: ${free} }\npolicy: { antivirus: { engines: [yara] } }\n` +
      `icap: { listen: ${free}, tls: { certificate: icap.pem, key: icap.key } }\n`,
  );
  const child = spawn(process.execPath, [BIN, "start", "--log-format", "json"], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => (log += chunk.toString()));
  const [line] = await once(child.stdout, "data");
  const { icaps, admin }: { readonly icaps: string; readonly admin: string } = JSON.parse(String(line));
  const port = Number(icaps.split(":").at(-1));
  /** Connects as a client that trusts one authority alone; undefined where it does not trust the service. */
  const open = async ({ authority }: TestCertificates): Promise<TLSSocket | undefined> => {
    const socket = connectTls({ host: "127.0.0.1", port, ca: readFileSync(authority), servername: "localhost" });
    return await once(socket, "secureConnect").then(
      () => socket,
      () => undefined,
    );
  };
  const kept = await open(former);
  expect([kept !== undefined, await open(renewed)]).toEqual([true, undefined]);
  copyFileSync(renewed.certificate, at("icap.pem"));
  const refused = await fetch(`${admin}/v1/reload`, { method: "POST" });
  expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining("icap.tls")]);
  (await open(former))?.destroy();
  put(renewed);
  // Nobody asks for it: the files are watched.
  for (let i = 0; i < 100 && !log.includes('yaml: reloaded"'); i++)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const fresh = await open(renewed);
  expect([fresh !== undefined, await open(former)]).toEqual([true, undefined]);
  for (const socket of [kept, fresh])
    expect((await talk(socket ?? 0, respmod('{"a":1}'))).replies[0]?.status).toBe(204);
  for (const socket of [kept, fresh]) socket?.destroy();
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
});

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
    expect.stringContaining(`: icap: 127.0.0.1:${port} is taken by another program; `),
  ]);
  const unknown = await start(`{ listen: ${free}, timeots: 1 }`);
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('did you mean "timeouts"?')]);
});
