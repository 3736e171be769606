import type { Action } from "./category.ts";

/** A value in a JSON reply and what it has to be. Exactly one of the tests is there. */
export interface Condition {
  /** JSON Pointer (RFC 6901). */
  readonly pointer: string;
  readonly equals?: readonly (string | number | boolean | null)[];
  readonly atLeast?: number;
  readonly below?: number;
}

/** One request to a service. `{name}` in the URL stands for a value of the submission's reply, `{sha256}` for the content's digest. */
export interface ServiceRequest {
  readonly url: string;
  readonly method: "GET" | "POST" | "PUT";
  readonly headers: Readonly<Record<string, string>>;
}

/** An external sandbox, scanner or content disarm service behind REST, wholly described. Durations in milliseconds, sizes in bytes. */
export interface SandboxService {
  readonly name: string;
  readonly submit: ServiceRequest & {
    /** `raw`: the content is the body; else it is this field of a form. */
    readonly body: "raw" | { readonly field: string; readonly fields: Readonly<Record<string, string>> };
    /** Values of the reply by name, by JSON Pointer. */
    readonly values: Readonly<Record<string, string>>;
  };
  /** Absent where the reply to the submission is the verdict. */
  readonly poll:
    | (ServiceRequest & {
        readonly every: number;
        readonly done: readonly Condition[];
        readonly failed: readonly Condition[];
      })
    | undefined;
  /** Where the verdict is, where it is not in the last reply. */
  readonly report: ServiceRequest | undefined;
  readonly verdict: {
    /** All of these: clean. */
    readonly clean: readonly Condition[];
    /** One of these: malware, whatever else holds. */
    readonly malicious: readonly Condition[];
    /** JSON Pointer of the name of what was found, or of a list of them. */
    readonly names: string | undefined;
  };
  /** Where the content is as the service disarmed it; under conditions on the report, which all have to hold. */
  readonly fetch: (ServiceRequest & { readonly when: readonly Condition[] }) | undefined;
  /** Something that answers with 2xx where the service does. */
  readonly probe: ServiceRequest | undefined;
  readonly deadline: number;
  /** How often a request is made again where there is no answer, or one of 429 or 5xx. */
  readonly retries: number;
  readonly maxSize: number;
  /** Failures in a row after which nothing is sent for a while, and that while. */
  readonly breaker: { readonly failures: number; readonly pause: number };
  /** Media types of parts to send; undefined for every file. */
  readonly types: readonly string[] | undefined;
  /** The outcome where there is no explicit clean answer. */
  readonly unavailable: Action;
}
