import { execFile, execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { freePort } from "./free-port.ts";
import { end, listens } from "./peer-process.ts";
import { temporaryFolder } from "./vendor.ts";

const KIT = fileURLToPath(new URL("../../icap/squid", import.meta.url));
const SQUID = "/usr/sbin/squid";
export const hasSquid = existsSync(SQUID) && process.getuid?.() === 0;

/** A real Squid with a configuration of the kit. */
export interface TestSquid {
  readonly proxy: string;
  /** File of the authority that clients have to trust; with ssl-bump only. */
  readonly authority: string | undefined;
  stop(): Promise<void>;
}

/** How the kit's files are bent for a test. */
export interface SquidOptions {
  readonly file: "squid.conf" | "squid-ssl-bump.conf";
  /** Such as `icap://127.0.0.1:1344`. */
  readonly icap: string;
  /** Further words of every `icap_service` line. */
  readonly service?: string;
  /** Further lines. */
  readonly lines?: readonly string[];
  /** Hosts that are spliced. */
  readonly pinned?: string;
}

/** Starts the kit's Squid with ports, folders and the ICAP service of the test. */
export async function startSquid({ file, icap, service = "", lines = [], pinned }: SquidOptions): Promise<TestSquid> {
  const folder = temporaryFolder();
  chmodSync(folder, 0o777);
  const at = (name: string): string => join(folder, name);
  const port = await freePort();
  const bumps = file === "squid-ssl-bump.conf";
  if (bumps) execFileSync(join(KIT, "make-ca.sh"), [at("ca"), at("store")], { stdio: "ignore" });
  if (bumps && pinned !== undefined) writeFileSync(at("ca/pinned-hosts.txt"), `${pinned}\n`);
  const own = [
    `pid_filename ${at("squid.pid")}`,
    `cache_log ${at("cache.log")}`,
    `access_log stdio:${at("access.log")}`,
    `coredump_dir ${folder}`,
    "cache_effective_user proxy",
    "visible_hostname proxy.test",
    "shutdown_lifetime 1 seconds",
    "pinger_enable off",
    ...lines,
  ];
  const kit = readFileSync(join(KIT, file), "utf8")
    .replace("http_port 3128", `http_port 127.0.0.1:${port}`)
    .replaceAll("/etc/squid/lazaret", at("ca"))
    .replaceAll("/var/lib/squid/lazaret_certificates", at("store"))
    .replaceAll("icap://127.0.0.1:1344", icap)
    .replaceAll("on-overload=wait", `on-overload=wait ${service}`)
    // Origins of tests are on ports of the system's choice.
    .replace(/^acl safe_ports .*$/m, "acl safe_ports port 1-65535")
    .replace(/^acl tls_port .*$/m, "acl tls_port port 1-65535");
  writeFileSync(at("squid.conf"), `${kit}\n${own.join("\n")}\n`);
  const child = spawn(SQUID, ["-N", "-f", at("squid.conf")], { stdio: ["ignore", "ignore", "pipe"] });
  let complaints = "";
  child.stderr.on("data", (chunk: Buffer) => (complaints += chunk.toString()));
  await listens(child, port).catch((error: unknown) => {
    throw new Error(`Squid does not listen: ${String(error)}; ${complaints}`);
  });
  return {
    proxy: `http://127.0.0.1:${port}`,
    authority: bumps ? at("ca/ca.pem") : undefined,
    stop: async () => await end(child),
  };
}

/** What curl got. */
export interface Fetched {
  /** 0 where there was no answer. */
  readonly status: number;
  /** The last head as it came. */
  readonly head: string;
  readonly body: Buffer;
  /** curl's exit code: 18 for a body that broke off. */
  readonly code: number;
}

const CUT_OFF = 18;

/** Runs a real curl with these words. */
export async function curl(...words: string[]): Promise<Fetched> {
  const run = promisify(execFile);
  const options = { encoding: "buffer", maxBuffer: 2 ** 27 } as const;
  const { stdout, code } = await run("curl", ["-s", "-i", "--max-time", "30", ...words], options).then(
    (result) => ({ stdout: result.stdout, code: 0 }),
    (error: { readonly stdout: Buffer; readonly code: number }) => error,
  );
  let rest = stdout;
  let head = "";
  if (code !== 0 && code !== CUT_OFF) return { status: 0, head: "", body: rest, code };
  while (/^HTTP\/\d/.test(rest.subarray(0, 8).toString("latin1"))) {
    const length = rest.indexOf("\r\n\r\n") + 4;
    head = rest.subarray(0, length).toString("latin1");
    rest = rest.subarray(length);
    // The answer to CONNECT, and 100, come before the one that counts.
    if (!/^HTTP\/\S+ (?:1\d\d|200 Connection established)/i.test(head)) break;
  }
  return { status: Number(/^HTTP\/\S+ (\d+)/.exec(head)?.[1] ?? 0), head, body: rest, code };
}
