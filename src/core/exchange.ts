import type { HeaderList } from "./headers.ts";
import type { OwnUrls } from "./own-urls.ts";

/** The request of an exchange, as the application sent it to the vendor. */
export interface ExchangeRequest {
  readonly method: string;
  /** Absolute URL at the vendor, or path and query where the origin is not known. */
  readonly url: string;
  readonly headers: HeaderList;
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
