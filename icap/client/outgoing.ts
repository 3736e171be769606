import { formatEncapsulated } from "../protocol/encapsulated.ts";
import type { Outgoing } from "./connection.ts";
import { portOf } from "./connect.ts";
import type { ServiceOptions } from "./service-options.ts";

const CHUNK = 65_536;
const CRLF = Buffer.from("\r\n");
const LAST = Buffer.from("0\r\n\r\n");
const LAST_IN_PREVIEW = Buffer.from("0; ieof\r\n\r\n");
/** What content is called towards the service; nothing of the vendor's URL goes to a third party. */
const NAME = "http://lazaret.invalid/part";

/** Asks what the service is. */
export function optionsRequest(url: URL): Outgoing {
  const head = Buffer.from(`${requestHead("OPTIONS", url)}Encapsulated: null-body=0\r\n\r\n`, "latin1");
  return { head, preview: [], rest: undefined };
}

/** Has content adapted, as the service wants it. */
export function scanRequest(url: URL, content: Uint8Array, { method, preview, allows204 }: ServiceOptions): Outgoing {
  const describing = `Content-Type: application/octet-stream\r\nContent-Length: ${content.length}\r\n\r\n`;
  const request =
    method === "RESPMOD"
      ? `GET ${NAME} HTTP/1.1\r\nHost: lazaret.invalid\r\n\r\n`
      : `POST ${NAME} HTTP/1.1\r\nHost: lazaret.invalid\r\n${describing}`;
  const response = method === "RESPMOD" ? `HTTP/1.1 200 OK\r\n${describing}` : "";
  const encapsulated = formatEncapsulated(
    method === "RESPMOD"
      ? {
          heads: [
            { section: "req-hdr", length: request.length },
            { section: "res-hdr", length: response.length },
          ],
          body: "res-body",
        }
      : { heads: [{ section: "req-hdr", length: request.length }], body: "req-body" },
  );
  const fits = preview !== undefined && content.length <= preview;
  const first = preview === undefined ? content : content.subarray(0, preview);
  const head = [
    requestHead(method, url),
    allows204 ? "Allow: 204\r\n" : "",
    preview === undefined ? "" : `Preview: ${Math.min(preview, content.length)}\r\n`,
    `Encapsulated: ${encapsulated}\r\n\r\n${request}${response}`,
  ].join("");
  return {
    head: Buffer.from(head, "latin1"),
    preview: [...chunks(first), fits ? LAST_IN_PREVIEW : LAST],
    rest: preview === undefined || fits ? undefined : [...chunks(content.subarray(preview)), LAST],
  };
}

function requestHead(method: string, url: URL): string {
  return `${method} ${url.href} ICAP/1.0\r\nHost: ${url.hostname}:${portOf(url)}\r\nUser-Agent: Lazaret\r\n`;
}

function chunks(content: Uint8Array): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < content.length; at += CHUNK) {
    const bytes = content.subarray(at, at + CHUNK);
    pieces.push(Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, CRLF]));
  }
  return pieces;
}
