import { headerValue, headerValues } from "../../src/core/headers.ts";
import type { IcapReply } from "./reply-parser.ts";

/** What a service says of itself in answer to OPTIONS (RFC 3507, section 4.10). */
export interface ServiceOptions {
  readonly method: "RESPMOD" | "REQMOD";
  /** Bytes to send before waiting; undefined where the service wants everything at once. */
  readonly preview: number | undefined;
  readonly allows204: boolean;
  readonly maxConnections: number | undefined;
  readonly istag: string;
  /** For people. */
  readonly service: string;
  /** Milliseconds for which this holds. */
  readonly life: number;
}

const USUAL_LIFE = 3_600_000;
const SHORTEST_LIFE = 1000;
const LONGEST_PREVIEW = 2 ** 20;

/** Reads an answer to OPTIONS. Throws `Error` where the service adapts neither responses nor requests. */
export function readOptions({ fields }: IcapReply): ServiceOptions {
  const list = (name: string): string[] =>
    headerValues(fields, name).flatMap((value) => value.split(",").map((one) => one.trim()));
  const methods = new Set(list("methods").map((name) => name.toUpperCase()));
  const method = (["RESPMOD", "REQMOD"] as const).find((name) => methods.has(name));
  if (method === undefined) throw new Error("the service offers neither RESPMOD nor REQMOD");
  const number = (name: string): number | undefined => {
    const value = headerValue(fields, name);
    return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
  };
  const preview = number("preview");
  // Files of no known kind go by the rule for `*`; where that says they are to come whole, there is no preview.
  const isWhole = list("transfer-complete").includes("*");
  const seconds = number("options-ttl");
  return {
    method,
    preview: preview === undefined || isWhole ? undefined : Math.min(preview, LONGEST_PREVIEW),
    allows204: list("allow").includes("204"),
    maxConnections: number("max-connections"),
    istag: tagOf({ fields }),
    service: headerValue(fields, "service") ?? "a service without a name",
    life: seconds === undefined ? USUAL_LIFE : Math.max(SHORTEST_LIFE, seconds * 1000),
  };
}

/** The ISTag of an answer, or an empty string; some services leave it out of errors. */
export function tagOf({ fields }: Pick<IcapReply, "fields">): string {
  return headerValue(fields, "istag") ?? "";
}
