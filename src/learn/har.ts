import { field } from "../core/fields.ts";

/** An exchange as a HAR file has it (HTTP Archive 1.2, `log.entries`). */
export interface HarExchange {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly contentType: string | undefined;
  /** Content codings are undone in HAR files. */
  readonly body: Uint8Array;
}

/** The exchanges of a HAR file, without those whose content was not recorded, which are counted. Throws `SyntaxError` for what is no HAR file. */
export function readHar(value: unknown): {
  readonly exchanges: readonly HarExchange[];
  readonly withoutContent: number;
} {
  const entries = field(field(value, "log"), "entries");
  if (!Array.isArray(entries)) throw new SyntaxError("expected a HAR file: an object with log.entries");
  const exchanges = entries.map(exchangeOfEntry);
  const whole = exchanges.filter((exchange) => exchange !== undefined);
  return { exchanges: whole, withoutContent: exchanges.length - whole.length };
}

function exchangeOfEntry(entry: unknown, i: number): HarExchange | undefined {
  const request = field(entry, "request");
  const response = field(entry, "response");
  const [method, url, status] = [field(request, "method"), field(request, "url"), field(response, "status")];
  if (typeof method !== "string" || typeof url !== "string" || typeof status !== "number")
    throw new SyntaxError(`log.entries[${i}]: expected request.method, request.url and response.status`);
  // Browsers write 0 for a request that got no answer.
  if (status === 0) return undefined;
  const content = field(response, "content");
  const text = field(content, "text");
  const size = field(content, "size");
  if (typeof text !== "string" && typeof size === "number" && size > 0) return undefined;
  const mimeType = field(content, "mimeType");
  return {
    method,
    url,
    status,
    contentType: typeof mimeType === "string" && mimeType !== "" ? mimeType : undefined,
    body:
      typeof text === "string"
        ? Buffer.from(text, field(content, "encoding") === "base64" ? "base64" : "utf8")
        : new Uint8Array(),
  };
}
