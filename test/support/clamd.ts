import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { temporaryFolder } from "./vendor.ts";

/** The antivirus test file, put together so that no file of the repository holds it. */
export const EICAR = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EIC", "AR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].join("");
/** What the test's own signature finds, and no other engine knows. */
export const MARKER = "LAZARET-TEST-MALWARE-MARKER-51c7";

const CLAMD = "/usr/sbin/clamd";
const TEST_FILE = "/usr/share/clamav-testfiles/clam.exe";
export const hasClamd = existsSync(CLAMD);

/** A real clamd with signatures of the test's own. */
export interface TestClamd {
  readonly socket: string;
  /** `127.0.0.1:PORT` */
  readonly address: string;
  start(): Promise<void>;
  /** Kills it at once. */
  kill(): Promise<void>;
}

/** Makes a clamd; `settings` are further lines of its configuration. */
export async function testClamd(settings: readonly string[] = []): Promise<TestClamd> {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder, name);
  const port = await freePort();
  mkdirSync(at("db"));
  const hex = (text: string): string => Buffer.from(text).toString("hex");
  writeFileSync(at("db/local.ndb"), `Eicar-Test-Signature:0:*:${hex(EICAR)}\nTest.Marker:0:*:${hex(MARKER)}\n`);
  if (existsSync(TEST_FILE)) {
    const bytes = readFileSync(TEST_FILE);
    const md5 = createHash("md5").update(bytes).digest("hex");
    writeFileSync(at("db/local.hdb"), `${md5}:${bytes.length}:Clamav.Test.File\n`);
  }
  const lines = [
    "Foreground yes",
    `DatabaseDirectory ${at("db")}`,
    `LocalSocket ${at("clamd.sock")}`,
    "FixStaleSocket yes",
    `TCPSocket ${port}`,
    "TCPAddr 127.0.0.1",
    `TemporaryDirectory ${folder}`,
    `LogFile ${at("clamd.log")}`,
    "SelfCheck 0",
    "CommandReadTimeout 5",
    ...settings,
  ];
  writeFileSync(at("clamd.conf"), `${lines.join("\n")}\n`);
  let child: ChildProcess | undefined;
  return {
    socket: at("clamd.sock"),
    address: `127.0.0.1:${port}`,
    start: async () => {
      child = spawn(CLAMD, ["-c", at("clamd.conf")], { stdio: "ignore" });
      for (let i = 0; i < 200 && !(await answers(port)); i++) await new Promise((resolve) => setTimeout(resolve, 50));
    },
    kill: async () => {
      if (child === undefined || child.exitCode !== null) return;
      const closed = once(child, "close");
      child.kill("SIGKILL");
      await closed;
    },
  };
}

async function answers(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("zPING\0"));
    socket.on("data", (data) => {
      socket.destroy();
      resolve(data.toString().startsWith("PONG"));
    });
    socket.on("error", () => resolve(false));
  });
}
