import type { Budget } from "../../core/budget.ts";
import type { DifferenceKind } from "../../core/difference.ts";
import type { Exchange } from "../../core/exchange.ts";
import type { Detection } from "../../core/finding.ts";
import type { ShapeOf } from "../../core/leaf-shape.ts";
import type { Part } from "../../core/part.ts";

/** What the schemas of a vendor say of one exchange. */
export type Declaration =
  | { readonly kind: "undocumented-route" }
  | { readonly kind: "undocumented-status"; readonly route: string; readonly place: string }
  | DeclaredResponse;

/** A response that is declared. */
export interface DeclaredResponse {
  readonly kind: "response";
  /** Method and path template as declared, such as `GET /items/{id}`. */
  readonly route: string;
  /** Where it is declared: file and JSON Pointer. */
  readonly place: string;
  /** How content of a media type is checked. */
  contentOf(mediaType: string): ContentCheck | "undocumented" | "unchecked";
  /** What is declared of the values in content of a media type; undefined where that is not known. */
  readonly shapeOf?: (mediaType: string) => ShapeOf | undefined;
  /** How the header fields are checked, given as the part that holds them. */
  readonly headers?: ContentCheck;
}

/** What a check is to keep to. */
export interface CheckSettings {
  readonly budget: Budget;
  /** Whether members that no schema declares are differences, even where the schema lets them through. */
  readonly closed: boolean;
  /** Kinds of difference that policy lets pass. */
  readonly lets: ReadonlySet<DifferenceKind>;
  /** Kinds of difference for which the member concerned is to go, where that makes the rest valid. */
  readonly stripped: ReadonlySet<DifferenceKind>;
}

/** Compares content with what is declared, and gives the differences. Throws `BudgetExceeded`. */
export type ContentCheck = (part: Part, settings: CheckSettings) => readonly Detection[];

/** The schemas of one vendor. */
export interface VendorSchemas {
  find(exchange: Exchange): Declaration;
  /** Compiles what is otherwise compiled when a response first needs it. Throws `SchemaError` with every schema that cannot be. */
  compile(): void;
  /** What was found, for people: `1107 operations of api.yaml (OpenAPI 3.0.3)`. */
  readonly summary: string;
  /** What a lenient import left out or took for something else, one a line. */
  readonly repairs: readonly string[];
}
