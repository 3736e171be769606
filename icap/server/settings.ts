import type { Admission } from "../../src/bodies/admission.ts";
import type { Limits } from "../../src/core/budget.ts";
import type { Inspector } from "../../src/core/verdict.ts";

/** A vendor as the ICAP service knows it. */
export interface IcapVendor {
  readonly name: string;
  /** Origin, with a base path where there is one. */
  readonly upstream: URL;
  readonly limits: Limits;
}

/** What the service works from; a reload swaps the whole of it, and an exchange ends with what it began with. */
export interface IcapSnapshot {
  readonly inspector: Inspector;
  readonly vendors: ReadonlyMap<string, IcapVendor>;
  /** Limits of an exchange that no vendor claims. */
  readonly limits: Limits;
  /** Addresses and networks (CIDR) of clients; none means everyone. */
  readonly allow: readonly string[];
  /** Up to 32 letters and digits that change with everything that verdicts depend on (RFC 3507, section 4.7). */
  readonly istag: string;
}

/** How long a client may take, in milliseconds. */
export interface IcapTimeouts {
  /** Between requests on a connection. */
  readonly idle: number;
  /** From the first byte of a request to the end of its heads. */
  readonly head: number;
  /** Between bytes of a body, and to take in an answer. */
  readonly body: number;
  /** From the head of a request to the end of its body. */
  readonly exchange: number;
}

/**
 * How clients are taken that do not keep to RFC 3507. `strict` refuses requests without `Host`; `lenient` takes a body
 * after `100 Continue` for whole that lacks its last CRLF.
 */
export type Conformance = "strict" | "usual" | "lenient";

/** What one listener of the service is given. */
export interface IcapOptions {
  /** The configuration in force, asked once an exchange. */
  readonly snapshot: () => IcapSnapshot;
  /** Folder for bodies that are too large to keep in memory while they arrive. */
  readonly spool: string;
  /** Lets bodies into memory for their inspection, of all doors together. */
  readonly admission: Admission;
  readonly timeouts: IcapTimeouts;
  /** Connections at one time, and exchanges in flight at one time; more are answered with 503. */
  readonly connections: number;
  readonly exchanges: number;
  /** Bytes of a body that clients are asked to send before they wait for an answer. */
  readonly preview: number;
  readonly conformance: Conformance;
  /** For `Service`. */
  readonly product: string;
  /** Told what failed inside; never anything of a message. */
  readonly onError: (error: unknown) => void;
}
