import type { ClientRules } from "./clients.ts";
import type { Limits } from "../core/budget.ts";
import type { Inspector } from "../core/verdict.ts";

/** A vendor as the gateway fronts it. Times in milliseconds. */
export interface VendorRoute {
  readonly name: string;
  /** Origin, with a base path where there is one. */
  readonly upstream: URL;
  /** Host names by which applications reach this vendor without a path prefix. */
  readonly hosts: readonly string[];
  /** Whether the upstream's name may resolve to a private, loopback or link-local address. */
  readonly private: boolean;
  /** Which certificate authorities to trust instead of the system's (PEM). */
  readonly ca?: string;
  /** Whether upgrades such as WebSocket are let through, uninspected. */
  readonly upgrade: boolean;
  /** `own` keeps cookies of the vendor's own host, `strip` none. */
  readonly cookies: "own" | "strip";
  readonly rewriteUrls: false | "headers" | "body";
  readonly timeouts: { readonly connect: number; readonly response: number; readonly idle: number };
  readonly limits: Limits;
}

/** What a running gateway works from; a reload swaps the whole of it, and an exchange ends with what it began with. */
export interface GatewaySnapshot {
  readonly inspector: Inspector;
  readonly clients: ClientRules;
  readonly vendors: ReadonlyMap<string, VendorRoute>;
}
