import { composeInspector } from "./app.ts";
import { type LoadedConfig, loadConfigFile, loadConfigText } from "./config/load.ts";
import type { Configuration } from "./config/config-types.ts";
import type { Exchange } from "./core/exchange.ts";
import { type HeaderList, headersFromRecord, headerValue } from "./core/headers.ts";
import type { Verdict } from "./core/verdict.ts";

export type { Action, Category, Severity } from "./core/category.ts";
export type { Finding } from "./core/finding.ts";
export type { HeaderList } from "./core/headers.ts";
export type { Change, Verdict, VerdictName } from "./core/verdict.ts";
export type { Configuration } from "./config/config-types.ts";
export { ConfigError } from "./config/config-error.ts";

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

/** Inspects responses inside the caller's own process. */
export interface LibraryInspector {
  /** Never rejects because of the response's content; rejects where the body stream itself fails. */
  inspect(input: InspectionInput): Promise<Verdict>;
  close(): Promise<void>;
}

/**
 * Makes an inspector from a configuration file's path, a configuration object, or the defaults.
 * Rejects with `ConfigError` where the configuration cannot be used.
 */
export async function createInspector(config: string | Configuration | LoadedConfig = {}): Promise<LibraryInspector> {
  const inspector = await composeInspector(await loaded(config));
  return {
    inspect: async (input) => await inspector.inspect(await exchangeOf(input)),
    close: async () => {},
  };
}

async function loaded(config: string | Configuration | LoadedConfig): Promise<LoadedConfig> {
  if (typeof config === "string") return await loadConfigFile(config, process.env);
  if ("policies" in config) return config;
  return loadConfigText(JSON.stringify(config), "(configuration object)", process.env);
}

async function exchangeOf(input: InspectionInput): Promise<Exchange> {
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
