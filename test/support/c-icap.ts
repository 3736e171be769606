import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { end, listens } from "./peer-process.ts";
import { temporaryFolder } from "./vendor.ts";

const C_ICAP = "/usr/bin/c-icap";
export const hasCIcap = existsSync(C_ICAP) && existsSync("/etc/c-icap/virus_scan.conf");

/** A real c-icap with its echo service and virus_scan on a clamd. */
export interface TestCIcap {
  readonly port: number;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Makes a c-icap over the clamd at this socket; `settings` are further lines of its configuration. */
export async function testCIcap(clamdSocket: string, settings: readonly string[] = []): Promise<TestCIcap> {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder, name);
  const port = await freePort();
  const library = readdirSync("/usr/lib").find((name) => existsSync(`/usr/lib/${name}/c_icap/virus_scan.so`)) ?? "";
  const modules = `/usr/lib/${library}/c_icap`;
  const lines = [
    `PidFile ${at("c-icap.pid")}`,
    `CommandsSocket ${at("c-icap.ctl")}`,
    "Timeout 300",
    "MaxKeepAliveRequests -1",
    "KeepAliveTimeout 600",
    "StartServers 1",
    "MaxServers 2",
    "ThreadsPerChild 20",
    `Port 127.0.0.1:${port}`,
    "ServerAdmin you@example.test",
    "ServerName test",
    `TmpDir ${folder}`,
    "MaxMemObject 131072",
    "DebugLevel 1",
    "Pipelining on",
    `ModulesDir ${modules}`,
    `ServicesDir ${modules}`,
    "TemplateDir /usr/share/c_icap/templates/",
    "TemplateDefaultLanguage en",
    "LoadMagicFile /etc/c-icap/c-icap.magic",
    "acl ALL src 0.0.0.0/0.0.0.0",
    "icap_access allow ALL",
    `ServerLog ${at("server.log")}`,
    `AccessLog ${at("access.log")}`,
    "Service echo srv_echo.so",
    "Include /etc/c-icap/clamd_mod.conf",
    `clamd_mod.ClamdSocket ${clamdSocket}`,
    "Include /etc/c-icap/virus_scan.conf",
    "virus_scan.DefaultEngine clamd",
    ...settings,
  ];
  writeFileSync(at("c-icap.conf"), `${lines.join("\n")}\n`);
  let child: ChildProcess | undefined;
  return {
    port,
    start: async () => {
      child = spawn(C_ICAP, ["-N", "-f", at("c-icap.conf")], { stdio: "ignore" });
      await listens(child, port);
    },
    stop: async () => await end(child),
  };
}
