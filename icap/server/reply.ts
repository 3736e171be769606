import type { HeaderList } from "../../src/core/headers.ts";
import { type BodySection, formatEncapsulated, type HeadSection } from "../protocol/encapsulated.ts";

/** Reason phrases; deployed clients look for those of 100 and 204 (see `docs/icap.md`). */
const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  204: "No modifications needed",
  206: "Partial Content",
  400: "Bad request",
  403: "Forbidden",
  404: "ICAP Service not found",
  405: "Method not allowed for service",
  408: "Request timeout",
  500: "Server error",
  501: "Method not implemented",
  503: "Service overloaded",
  505: "ICAP version not supported",
};

/** Without fields, since some clients compare the whole answer. */
export const CONTINUE = Buffer.from("ICAP/1.0 100 Continue\r\n\r\n");

/** Bytes of one chunk of an answer. */
const CHUNK = 65_536;
const CRLF = Buffer.from("\r\n");
const LAST_CHUNK = Buffer.from("0\r\n\r\n");

/** An HTTP message in an answer. */
export interface Adapted {
  readonly section: HeadSection;
  readonly start: string;
  readonly fields: HeaderList;
  /** Undefined for a message without a body. */
  readonly body: Uint8Array | undefined;
  /** From which byte of the client's own body the body goes on; for 206. */
  readonly original?: number;
}

/** The head of an answer; `Encapsulated` comes last, since some clients read up to the `0` that ends it. */
export function replyHead(status: number, fields: HeaderList, encapsulated = "null-body=0"): string {
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `ICAP/1.0 ${status} ${REASONS[status] ?? "Error"}\r\n${lines}Encapsulated: ${encapsulated}\r\n\r\n`;
}

/** An answer without an HTTP message. */
export function bareReply(status: number, fields: HeaderList): Buffer[] {
  return [Buffer.from(replyHead(status, fields), "latin1")];
}

/** The heads of an answer with an HTTP message. */
export function adaptedHead(status: number, fields: HeaderList, adapted: Omit<Adapted, "original">): Buffer {
  const lines = adapted.fields.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const head = `${adapted.start}\r\n${lines}\r\n`;
  const body: BodySection =
    adapted.body === undefined ? "null-body" : adapted.section === "req-hdr" ? "req-body" : "res-body";
  const encapsulated = formatEncapsulated({ heads: [{ section: adapted.section, length: head.length }], body });
  return Buffer.from(replyHead(status, fields, encapsulated) + head, "latin1");
}

/** An answer with an HTTP message, in pieces to be written together. */
export function adaptedReply(status: number, fields: HeaderList, adapted: Adapted): Buffer[] {
  const head = adaptedHead(status, fields, adapted);
  if (adapted.body === undefined) return [head];
  return [head, ...chunks(adapted.body), lastChunk(adapted.original)];
}

/** Bytes as chunks. */
export function chunks(bytes: Uint8Array): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK) {
    const length = Math.min(CHUNK, bytes.length - at);
    pieces.push(
      Buffer.from(`${length.toString(16)}\r\n`, "latin1"),
      Buffer.from(bytes.buffer, bytes.byteOffset + at, length),
      CRLF,
    );
  }
  return pieces;
}

/** The end of a body, or the place from which the client goes on with its own. */
export function lastChunk(original?: number): Buffer {
  return original === undefined ? LAST_CHUNK : Buffer.from(`0; use-original-body=${original}\r\n\r\n`, "latin1");
}
