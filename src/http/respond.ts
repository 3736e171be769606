import { type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { HeaderField, HeaderList } from "../core/headers.ts";
import { type ProblemDetails, type ProblemKind, PROBLEMS, problemDocument } from "../core/problem.ts";
import type { Verdict } from "../core/verdict.ts";

/** The header fields that tell an application the verdict (DESIGN, section 6). */
export function verdictFields({ verdict, would, findings, incident }: Verdict): HeaderField[] {
  const fields: HeaderField[] = [["Lazaret-Verdict", would === undefined ? verdict : `${verdict};would=${would}`]];
  if (findings.length > 0) fields.push(["Lazaret-Findings", String(findings.length)]);
  if (incident !== undefined) fields.push(["Lazaret-Incident", incident]);
  return fields;
}

/** The verdict on an answer of the gateway's own: nothing that a vendor sent is handed on. */
export const NOTHING_HANDED_ON: HeaderList = [["Lazaret-Verdict", "blocked"]];

/** Names and values in turn, as `writeHead` takes them: order, case and repetitions stay. */
export function rawFields(...lists: readonly HeaderList[]): string[] {
  const raw: string[] = [];
  for (const headers of lists) for (const [name, value] of headers) raw.push(name, value);
  return raw;
}

/** Sends a problem document, unless a response has begun: then the connection ends, so that nothing looks complete. */
export function sendProblem(
  response: ServerResponse,
  kind: ProblemKind,
  details: ProblemDetails,
  fields: HeaderList = [],
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const document = Buffer.from(JSON.stringify(problemDocument(kind, details)));
  const headers: HeaderList = [
    ["Content-Type", "application/problem+json"],
    ["Content-Length", String(document.length)],
    ["Cache-Control", "no-store"],
    ...(kind === "overloaded" ? [["Retry-After", "1"] as const] : []),
    ...fields,
  ];
  response.writeHead(PROBLEMS[kind].status, rawFields(headers));
  response.end(response.req.method === "HEAD" ? undefined : document);
}

/** Refuses, as the gateway, on a bare connection, where no response object exists, and closes it. */
export function refuseConnection(socket: Duplex, kind: ProblemKind, detail: string): void {
  const { status } = PROBLEMS[kind];
  const document = JSON.stringify(problemDocument(kind, { detail }));
  const verdict = NOTHING_HANDED_ON.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(document)}\r\nCache-Control: no-store\r\n${verdict}Connection: close\r\n\r\n${document}`,
  );
}
