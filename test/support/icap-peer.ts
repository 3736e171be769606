import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Service } from "../../src/service.ts";
import { startWith } from "./vendor.ts";

/** An answer of an ICAP service as a client reads it; a reader of its own, so that the product's is not its own judge. */
export interface IcapReply {
  readonly status: number;
  readonly reason: string;
  /** The ICAP head as it came. */
  readonly head: string;
  /** Fields by their exact name. */
  readonly fields: Readonly<Record<string, string>>;
  /** The encapsulated HTTP head. */
  readonly http: string;
  /** The encapsulated body, and its last chunk's line. */
  readonly body: string;
  readonly last: string;
}

export interface Talk {
  readonly replies: readonly IcapReply[];
  /** Everything that came. */
  readonly raw: string;
  readonly closed: boolean;
}

/** Lazaret with an ICAP service and only YARA for malware. */
export async function startIcap(icap: object = {}, rest: object = {}): Promise<Service & { readonly port: number }> {
  const service = await startWith({
    icap: { listen: "127.0.0.1:0", ...icap },
    policy: { antivirus: { engines: ["yara"] } },
    ...rest,
  });
  return { ...service, port: Number(/:(\d+)$/.exec(service.icapUrl ?? service.icapsUrl ?? "")?.[1]) };
}

/**
 * Sends steps (bytes as ISO 8859-1, or milliseconds to wait) and gives what came: once so many answers are there, or
 * the service closed, or `patience` milliseconds have passed.
 */
export async function talk(
  port: number | Socket,
  steps: string | readonly (string | number)[],
  { replies = 1, patience = 30_000, close = false } = {},
): Promise<Talk> {
  const socket = typeof port === "number" ? connect(port, "127.0.0.1") : port;
  if (socket.connecting) await once(socket, "connect");
  socket.setNoDelay(true);
  let raw = "";
  let closed = false;
  let wake = (): void => {};
  const hear = (data: Buffer): void => {
    raw += data.toString("latin1");
    wake();
  };
  socket.on("data", hear);
  const ended = (): void => {
    closed = true;
    wake();
  };
  socket.on("end", ended).on("close", ended).on("error", ended);
  const until = Date.now() + patience;
  for (const step of typeof steps === "string" ? [steps] : steps) {
    if (typeof step === "number") await new Promise((resolve) => setTimeout(resolve, step));
    else socket.write(Buffer.from(step, "latin1"));
  }
  const isDone = (): boolean => closed || (!close && parseReplies(raw).length >= replies);
  while (!isDone() && Date.now() < until)
    await new Promise<void>((resolve) => {
      wake = resolve;
      setTimeout(resolve, 50);
    });
  socket.off("data", hear);
  if (typeof port === "number") socket.destroy();
  return { replies: parseReplies(raw), raw, closed };
}

/** The complete answers in what came; `100 Continue` counts as one. */
export function parseReplies(raw: string): IcapReply[] {
  const replies: IcapReply[] = [];
  let rest = raw;
  for (;;) {
    const end = rest.indexOf("\r\n\r\n");
    if (end < 0) return replies;
    const head = rest.slice(0, end + 4);
    rest = rest.slice(end + 4);
    const [, status = "", reason = ""] = /^ICAP\/1\.0 (\d{3}) ([^\r]+)\r\n/.exec(head) ?? [];
    const lines = head
      .replaceAll(/\r\n[ \t]+/g, " ")
      .split("\r\n")
      .slice(1, -2);
    const fields = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(": ")), line.slice(line.indexOf(": ") + 2)]),
    );
    const sections = fields["Encapsulated"]?.split(", ").map((one) => one.split("=")) ?? [];
    const [section = "null-body", offset = "0"] = sections.at(-1) ?? [];
    const http = rest.slice(0, Number(offset));
    rest = rest.slice(Number(offset));
    let body = "";
    let last = "";
    if (section !== "null-body") {
      for (;;) {
        const [line, size] = /^([0-9a-f]+)[^\r]*\r\n/.exec(rest) ?? [];
        if (line === undefined || size === undefined) return replies;
        const length = Number.parseInt(size, 16);
        if (rest.length < line.length + length + 2) return replies;
        body += rest.slice(line.length, line.length + length);
        rest = rest.slice(line.length + length + 2);
        last = line.trimEnd();
        if (length === 0) break;
      }
    }
    replies.push({ status: Number(status), reason, head, fields, http, body, last });
  }
}
