import type { Action, Category, Severity } from "./category.ts";
import type { Part } from "./part.ts";

/** What a stage saw, where, and what was done: the public form, as printed, stored and sent. */
export interface Finding {
  readonly stage: string;
  readonly category: Category;
  /** A CRS id such as `"942100"`, or `lazaret/…`. */
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly location: Location;
  /** The matched text, escaped and cut to 64 characters. */
  readonly evidence: string;
  readonly action: Action;
}

export interface Location {
  /** `body`, `header:NAME`, or a chain such as `body > $.attachment (base64)`. */
  readonly part: string;
  /** JSONPath, XPath, or cell or line reference inside the part; empty for the whole part. */
  readonly path: string;
}

/** How a finding can be made harmless without blocking the response. */
export type Remedy =
  /** The leaf's value gives way to the redaction text; a key goes with its value. The default for a leaf. */
  | { readonly kind: "redact" }
  /** The leaf keeps what is safe. `rewrite` must be idempotent. */
  | { readonly kind: "rewrite"; readonly rewrite: (value: string) => string }
  /** The leaf goes, with its key or header field. */
  | { readonly kind: "remove" }
  /** The part is rebuilt by its format's disarmer. The default for a part. */
  | { readonly kind: "rebuild" }
  /** The part becomes these bytes: what an external service made of it. */
  | { readonly kind: "replace"; readonly bytes: Uint8Array }
  /** Only a block helps. */
  | { readonly kind: "none" };

/** What a stage or decoder reports before policy has decided about it. */
export interface Detection {
  readonly stage: string;
  readonly category: Category;
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly part: Part;
  /** Index into `part.leaves`; absent where the finding is about the whole part. */
  readonly leaf?: number;
  /** Where inside the part, where no leaf says it. */
  readonly path?: string;
  /** The matched text as it is; the pipeline escapes and cuts it. */
  readonly evidence: string;
  readonly remedy?: Remedy;
  /** The strongest action this detection may lead to, whatever policy says: `report` below a score threshold. */
  readonly atMost?: Action;
  /** The action where neither path, route, vendor nor default policy names the category: a format's own default. */
  readonly byDefault?: Action;
}
