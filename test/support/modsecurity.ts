import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync, readSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { temporaryFolder } from "./vendor.ts";

const NGINX = "/usr/sbin/nginx";
const MODULE = "/usr/lib/nginx/modules/ngx_http_modsecurity_module.so";
/** Whether a real ModSecurity is installed: nginx with libmodsecurity. */
export const hasModSecurity = existsSync(NGINX) && existsSync(MODULE);

/** Rule that says which request the log lines after it belong to. */
const MARKER_ID = 4_200_000;
/** Requests under way at once: enough to keep the workers busy. */
const CONNECTIONS = 8;

const SETTINGS = `
SecRuleEngine DetectionOnly
SecRequestBodyAccess On
SecRequestBodyLimit 134217728
SecRequestBodyNoFilesLimit 134217728
SecPcreMatchLimit 500000
SecPcreMatchLimitRecursion 500000
SecAuditEngine Off
SecStatusEngine Off
SecRule REQUEST_URI "@unconditionalMatch" "id:${MARKER_ID},phase:1,pass,log,t:none,msg:'at %{REQUEST_URI}'"
SecRule REQUEST_HEADERS:Content-Type "@beginsWith application/json" \\
    "id:${MARKER_ID + 1},phase:1,pass,nolog,t:none,ctl:requestBodyProcessor=JSON"
`;

/** One rule's match, as the error log tells it. */
export interface LoggedMatch {
  readonly id: number;
  /** The rule's `msg`, macros expanded: the one field that the log does not cut at 200 bytes. */
  readonly message: string;
}

/** A real ModSecurity that knows the rules it was started with. */
export interface ModSecurity {
  /** Posts each body as a request of its own and tells what matched, in the order of the bodies. */
  post(contentType: string, bodies: readonly string[]): Promise<LoggedMatch[][]>;
  /** The ids that match each leaf as the value of `{"v": LEAF}`. */
  matchedIds(leaves: readonly string[]): Promise<ReadonlySet<number>[]>;
  /** Ends the processes that were started, and waits for their end. */
  close(): Promise<void>;
}

/** A form whose only value, `v`, is a byte string. */
export function formBody(value: string): string {
  return `v=${Buffer.from(value, "latin1").toString("hex").replaceAll(/../g, "%$&")}`;
}

/**
 * Starts nginx with libmodsecurity in a folder of its own on a free loopback port. `rules` is SecLang text; `workers` is the
 * number of processes that share the requests.
 */
export async function startModSecurity(rules: string, workers = 2): Promise<ModSecurity> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "rules.conf"), SETTINGS + rules, "latin1");
  const port = await freePort();
  writeFileSync(join(folder, "nginx.conf"), configuration(folder, port, workers));
  const nginx = spawn(NGINX, ["-p", folder, "-e", join(folder, "error.log"), "-c", join(folder, "nginx.conf")], {
    stdio: "ignore",
  });
  const ended = once(nginx, "exit");
  await listening(nginx, port, folder);
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const log = new ErrorLog(join(folder, "error.log"));
  const post = async (contentType: string, bodies: readonly string[]): Promise<LoggedMatch[][]> => {
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < bodies.length) {
        const index = next++;
        await send(agent, port, index, contentType, bodies[index] ?? "");
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, worker));
    return log.matches(bodies.length);
  };
  return {
    post,
    matchedIds: async (leaves) => {
      const matches = await post(
        "application/json",
        leaves.map((leaf) => JSON.stringify({ v: leaf })),
      );
      return matches.map((found) => new Set(found.map(({ id }) => id)));
    },
    close: async () => {
      agent.destroy();
      nginx.kill("SIGTERM");
      await ended;
      log.close();
    },
  };
}

function configuration(folder: string, port: number, workers: number): string {
  const at = (name: string): string => join(folder, name);
  return `
load_module ${MODULE};
daemon off;
${process.getuid?.() === 0 ? "user root;" : ""}
worker_processes ${workers};
pid ${at("nginx.pid")};
error_log ${at("error.log")} info;
events { worker_connections 256; }
http {
  access_log off;
  client_max_body_size 0;
  client_body_buffer_size 8m;
  keepalive_requests 100000000;
  client_body_temp_path ${at("body")};
  proxy_temp_path ${at("proxy")};
  fastcgi_temp_path ${at("fastcgi")};
  uwsgi_temp_path ${at("uwsgi")};
  scgi_temp_path ${at("scgi")};
  server {
    listen 127.0.0.1:${port} reuseport;
    modsecurity on;
    modsecurity_rules_file ${at("rules.conf")};
    # The rules run before this answers: 405, since it takes no POST.
    location / { empty_gif; }
  }
}
`;
}

/** Waits until nginx answers; throws with its log where it ends instead, as it does for rules that it cannot read. */
async function listening(nginx: ChildProcess, port: number, folder: string): Promise<void> {
  const agent = new Agent();
  for (let i = 0; i < 600; i++) {
    if (nginx.exitCode !== null) throw new Error(readFileSync(join(folder, "error.log"), "latin1"));
    try {
      await send(agent, port, -1, "text/plain", "");
      agent.destroy();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error("nginx does not answer");
}

async function send(agent: Agent, port: number, index: number, contentType: string, body: string): Promise<void> {
  const bytes = Buffer.from(body);
  await new Promise<void>((resolve, reject) => {
    const headers = { "content-type": contentType, "content-length": bytes.length };
    const message = request(
      { host: "127.0.0.1", port, agent, method: "POST", path: `/${index}`, headers },
      (response) => {
        response.resume();
        response.on("end", resolve);
        response.on("error", reject);
      },
    );
    message.on("error", reject);
    message.end(bytes);
  });
}

/** Reads what nginx has added to its error log since the last time. */
class ErrorLog {
  readonly #file: number;
  #position = 0;

  constructor(path: string) {
    this.#file = openSync(path, "r");
    this.#read();
  }

  close(): void {
    closeSync(this.#file);
  }

  /** The matches of each of the requests `/0`, `/1`, …; every line follows the marker of its request on its connection. */
  matches(count: number): LoggedMatch[][] {
    const found: LoggedMatch[][] = Array.from({ length: count }, () => []);
    const current = new Map<string, LoggedMatch[]>();
    for (const line of this.#read().split("\n")) {
      const [, connection, id, message] = LINE.exec(line) ?? [];
      if (connection === undefined || message === undefined) continue;
      if (Number(id) === MARKER_ID) current.set(connection, found[Number(message.slice("at /".length))] ?? []);
      else current.get(connection)?.push({ id: Number(id), message });
    }
    return found;
  }

  #read(): string {
    const chunks: Buffer[] = [];
    for (;;) {
      const chunk = Buffer.alloc(1 << 20);
      const length = readSync(this.#file, chunk, 0, chunk.length, this.#position);
      if (length === 0) return Buffer.concat(chunks).toString("latin1");
      chunks.push(chunk.subarray(0, length));
      this.#position += length;
    }
  }
}

const LINE = /^[^[]*\[info\] \d+#\d+: \*(\d+) ModSecurity: .*?\[id "(\d+)"\] \[rev "[^"]*"\] \[msg "([^"]*)/;
