import type { HeaderList } from "../core/headers.ts";
import type { OwnUrls } from "../core/exchange.ts";
import type { Inspector } from "../core/verdict.ts";
import { type GatewayBase, ownOrigins } from "./own-urls.ts";
import type { Routed } from "./routing.ts";

/** An exchange that is under way: the application's request, where it goes, and who judges what comes back. */
export interface Passage extends Routed {
  readonly method: string;
  /** End-to-end fields, as they go to the vendor. */
  readonly headers: HeaderList;
  /** `Range` and `If-Range`, which are answered here. */
  readonly range: HeaderList;
  readonly base: GatewayBase;
  readonly inspector: Inspector;
  /** Performance clock in milliseconds, when the request came. */
  readonly began: number;
}

/** The URL that the vendor is asked for. */
export function vendorUrl({ vendor, target }: Passage): string {
  return `${vendor.upstream.origin}${vendor.upstream.pathname.replace(/\/$/, "")}${target}`;
}

/** How the vendor's own URLs in bodies change, where that is wanted. */
export function bodyOwnUrls({ vendor, base }: Passage): OwnUrls | undefined {
  if (vendor.rewriteUrls !== "body") return undefined;
  return { from: ownOrigins(vendor.upstream), to: `${base.origin}${base.prefix}` };
}
