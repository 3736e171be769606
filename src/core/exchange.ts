import type { Category } from "./category.ts";
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

/** Why the inspection of an exchange came to no end, or what is wrong with it beside its content. */
export interface Defect {
  readonly category: Category;
  /** `lazaret/…` */
  readonly rule: string;
  readonly message: string;
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
  /** What is inspected is what the request itself carries to the vendor; `headers` and `body` are the request's, and `status` is 0. */
  readonly isRequest?: boolean;
  /** What the door saw to be wrong: the content did not come whole, for one. A finding like those of stages. */
  readonly defect?: Defect;
}
