import type { Exchange } from "./core/exchange.ts";
import { type HeaderList, headersFromRecord, headerValue } from "./core/headers.ts";

/** A response to inspect, as a caller has it: everything but the body may be left out. */
export interface InspectionInput {
  readonly vendor?: string | undefined;
  readonly request?: {
    readonly method?: string | undefined;
    readonly url?: string | undefined;
    readonly headers?: HeaderInput | undefined;
  };
  /** 200 where it is left out. */
  readonly status?: number | undefined;
  readonly headers?: HeaderInput | undefined;
  /** Stands in for a `Content-Type` field where `headers` have none. */
  readonly contentType?: string | undefined;
  readonly body: Uint8Array | string | ReadableStream<Uint8Array>;
}

export type HeaderInput = HeaderList | Readonly<Record<string, string | readonly string[]>>;

/** The exchange that an input describes. Rejects where the body stream fails. */
export async function exchangeOf(input: InspectionInput): Promise<Exchange> {
  const given = headerList(input.headers);
  const typed = input.contentType !== undefined && headerValue(given, "content-type") === undefined;
  return {
    vendor: input.vendor,
    request: {
      method: input.request?.method ?? "GET",
      url: input.request?.url ?? "/",
      headers: headerList(input.request?.headers),
    },
    status: input.status ?? 200,
    headers: typed ? [...given, ["Content-Type", input.contentType ?? ""]] : given,
    body: await bytesOf(input.body),
  };
}

function headerList(headers: HeaderInput | undefined): HeaderList {
  if (headers === undefined) return [];
  return isHeaderList(headers) ? headers : headersFromRecord(headers);
}

function isHeaderList(headers: HeaderInput): headers is HeaderList {
  return Array.isArray(headers);
}

async function bytesOf(body: InspectionInput["body"]): Promise<Uint8Array> {
  if (typeof body === "string") return Buffer.from(body, "utf8");
  if (body instanceof Uint8Array) return body;
  return Buffer.concat(await Array.fromAsync(body));
}
