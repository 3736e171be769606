import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { temporaryFolder } from "./vendor.ts";

const NGINX = "/usr/sbin/nginx";
const MODULE = "/usr/lib/nginx/modules/ngx_http_modsecurity_module.so";
/** Whether nginx and libmodsecurity, with the libinjection that it contains, are on this machine. */
export const hasModSecurity = existsSync(NGINX) && existsSync(MODULE);

/** What libinjection says of a byte string. */
export interface Verdict {
  /** The fingerprint of the SQL injection. */
  readonly sqli: string | undefined;
  readonly xss: boolean;
}

/** The real libinjection: the one inside libmodsecurity, asked through nginx. */
export interface LibinjectionOracle {
  judge(values: readonly string[]): Promise<Verdict[]>;
  stop(): Promise<void>;
}

/** `multiMatch` has every member that matches logged; without it ModSecurity logs only the last one. */
const RULES = `
SecRuleEngine DetectionOnly
SecRequestBodyAccess On
SecRequestBodyLimit 134217728
SecRequestBodyNoFilesLimit 134217728
SecArgumentsLimit 100000
SecPcreMatchLimit 500000
SecAuditEngine Off
SecStatusEngine Off
SecRule REQUEST_HEADERS:Content-Type "urlencoded" "id:1,phase:1,pass,nolog,ctl:requestBodyProcessor=URLENCODED"
SecRule ARGS "@detectSQLi" "id:2,phase:2,pass,log,t:none,multiMatch,capture,logdata:'sqli %{MATCHED_VAR_NAME} %{TX.0}'"
SecRule ARGS "@detectXSS" "id:3,phase:2,pass,log,t:none,multiMatch,logdata:'xss %{MATCHED_VAR_NAME}'"
`;

/** Values in one request: each of them is one argument of a form, whose escapes carry any byte. */
const VALUES_A_REQUEST = 500;

/** Starts an nginx of the test's own, on a socket in a folder of its own. */
export async function startLibinjection(): Promise<LibinjectionOracle> {
  const folder = temporaryFolder();
  const socket = join(folder, "nginx.sock");
  const log = join(folder, "error.log");
  mkdirSync(join(folder, "root"));
  writeFileSync(join(folder, "rules.conf"), RULES);
  writeFileSync(join(folder, "nginx.conf"), configuration(folder, socket, log));
  const child = spawn(NGINX, ["-c", join(folder, "nginx.conf"), "-e", log], { stdio: "ignore" });
  for (let i = 0; i < 200 && !existsSync(socket); i++) await new Promise((resolve) => setTimeout(resolve, 25));
  return {
    judge: async (values) => {
      const verdicts: Verdict[] = [];
      for (let first = 0; first < values.length; first += VALUES_A_REQUEST) {
        const some = values.slice(first, first + VALUES_A_REQUEST);
        const before = readFileSync(log).length;
        await post(socket, some.map((value, i) => `v${i}=${escaped(value)}`).join("&"));
        verdicts.push(...read(readFileSync(log).subarray(before).toString("latin1"), some.length));
      }
      return verdicts;
    },
    stop: async () => await stop(child),
  };
}

function configuration(folder: string, socket: string, log: string): string {
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  return `
load_module ${MODULE};
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log ${log} info;
events {}
http {
  access_log off;
  ${paths.join(" ")}
  client_max_body_size 0;
  client_body_buffer_size 64m;
  modsecurity on;
  modsecurity_rules_file ${folder}/rules.conf;
  server { listen unix:${socket}; root ${folder}/root; }
}`;
}

function escaped(value: string): string {
  return Buffer.from(value, "latin1")
    .toString("hex")
    .replaceAll(/../g, (hex) => `%${hex}`);
}

async function post(socketPath: string, body: string): Promise<void> {
  const headers = {
    host: "oracle",
    "content-type": "application/x-www-form-urlencoded",
    "content-length": body.length,
  };
  const sent = request({ socketPath, method: "POST", path: "/", headers });
  sent.end(body);
  const [response] = await once(sent, "response");
  response.resume();
  await once(response, "end");
}

/** Reads the entries of the log, each of which names an argument and, for SQL, the fingerprint. */
function read(log: string, count: number): Verdict[] {
  const verdicts = Array.from({ length: count }, (): Verdict => ({ sqli: undefined, xss: false }));
  for (const [, attack, argument, fingerprint] of log.matchAll(/\[data "(sqli|xss) ARGS:v(\d+) ?(.*?)"\]/g)) {
    const at = Number(argument);
    const { sqli, xss } = verdicts[at]!;
    verdicts[at] = attack === "xss" ? { sqli, xss: true } : { sqli: fingerprint, xss };
  }
  return verdicts;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const closed = once(child, "close");
  child.kill("SIGTERM");
  await closed;
}
