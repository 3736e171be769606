/** How a response can differ from what is declared of it. */
export const DIFFERENCE_KINDS = [
  "unknown-member",
  "type",
  /** Of a number, of a length, of how many items there are. */
  "range",
  "missing",
  /** A value that is not among those that are listed. */
  "enum",
  /** Of a string: a format or a pattern. */
  "format",
  /** None of several declared shapes, or more than one. */
  "alternative",
  /** A member that is only ever to be sent to the vendor. */
  "write-only",
  "media-type",
  "status",
  "route",
  "other",
] as const;

export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/** What a finding of category `schema` says to machines: drift is counted by these. */
export interface Difference {
  readonly kind: DifferenceKind;
  /** Method and path template as declared, such as `GET /items/{id}`; absent for an undocumented route. */
  readonly route?: string;
  /** The place in the schemas: file and JSON Pointer, such as `openapi.yaml#/components/schemas/Item/required`. */
  readonly schema: string;
}
