import type { HeaderList } from "./headers.ts";

/** The request of an exchange, as the application sent it to the vendor. */
export interface ExchangeRequest {
  readonly method: string;
  /** Absolute URL at the vendor, or path and query where the origin is not known. */
  readonly url: string;
  readonly headers: HeaderList;
}

/** Whose absolute URLs become whose: so that an application that follows one stays behind the gateway. */
export interface OwnUrls {
  /** Origins of the vendor, with a base path where there is one, the most special first; no slash at the end. */
  readonly from: readonly string[];
  /** Scheme, host and prefix of the vendor at the gateway; no slash at the end. */
  readonly to: string;
}

/** One request to a vendor and its response: what every door hands to the pipeline. */
export interface Exchange {
  /** Name of the vendor whose policy applies; undefined for the default policy. */
  readonly vendor: string | undefined;
  readonly request: ExchangeRequest;
  readonly status: number;
  /** The response's header fields. */
  readonly headers: HeaderList;
  /** The response's content as it came, content codings still on it; transfer codings removed. */
  readonly body: Uint8Array;
  /** Where the vendor's own URLs in leaves are to become the gateway's. */
  readonly ownUrls?: OwnUrls;
}
