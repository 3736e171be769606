/** ICAP requests as bytes, for tests. */

export const REQUEST_HEAD = "GET http://api.test/x HTTP/1.1\r\nHost: api.test\r\n\r\n";

export interface RespmodOptions {
  readonly service?: string;
  readonly type?: string;
  /** Further ICAP fields, each with its CRLF. */
  readonly fields?: string;
  readonly allow?: string;
  /** Length of the preview; the rest follows only where `rest` says so. */
  readonly preview?: number;
  readonly rest?: boolean;
  readonly requestHead?: string;
  readonly responseHead?: string;
  readonly encapsulated?: string;
  /** What stands in place of the last chunk. */
  readonly end?: string;
}

/** A chunk of this content, or nothing where it is empty. */
export function chunkOf(content: string): string {
  return content === "" ? "" : `${content.length.toString(16)}\r\n${content}\r\n`;
}

export function responseHead(length: number, type = "application/json"): string {
  return `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`;
}

/** A RESPMOD with this body; `undefined` for none. */
export function respmod(body: string | undefined, options: RespmodOptions = {}): string {
  const { service = "respmod", fields = "", allow = "204", preview, requestHead = REQUEST_HEAD } = options;
  const head = options.responseHead ?? responseHead(body?.length ?? 0, options.type);
  const section = body === undefined ? "null-body" : "res-body";
  const offsets = `req-hdr=0, res-hdr=${requestHead.length}, ${section}=${requestHead.length + head.length}`;
  return [
    `RESPMOD icap://127.0.0.1/${service} ICAP/1.0\r\nHost: 127.0.0.1\r\n`,
    allow === "" ? "" : `Allow: ${allow}\r\n`,
    preview === undefined ? "" : `Preview: ${preview}\r\n`,
    fields,
    `Encapsulated: ${options.encapsulated ?? offsets}\r\n\r\n`,
    requestHead,
    head,
    body === undefined ? "" : chunkedBody(body, options),
  ].join("");
}

function chunkedBody(body: string, { preview, rest = false, end = "0\r\n\r\n" }: RespmodOptions): string {
  if (preview === undefined) return chunkOf(body) + end;
  if (body.length <= preview) return `${chunkOf(body)}0; ieof\r\n\r\n`;
  return `${chunkOf(body.slice(0, preview))}0\r\n\r\n${rest ? chunkOf(body.slice(preview)) + end : ""}`;
}

/** A REQMOD with this body; `undefined` for a GET without one. */
export function reqmod(
  body: string | undefined,
  options: { service?: string; fields?: string; allow?: string; head?: string } = {},
): string {
  const { service = "reqmod", fields = "", allow = "204" } = options;
  const head =
    options.head ??
    (body === undefined
      ? REQUEST_HEAD
      : `POST http://api.test/x HTTP/1.1\r\nHost: api.test\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`);
  return [
    `REQMOD icap://127.0.0.1/${service} ICAP/1.0\r\nHost: 127.0.0.1\r\n`,
    allow === "" ? "" : `Allow: ${allow}\r\n`,
    fields,
    `Encapsulated: req-hdr=0, ${body === undefined ? "null-body" : "req-body"}=${head.length}\r\n\r\n`,
    head,
    body === undefined ? "" : `${chunkOf(body)}0\r\n\r\n`,
  ].join("");
}
