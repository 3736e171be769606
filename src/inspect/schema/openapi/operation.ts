import type { Place } from "./documents.ts";
import type { MediaType } from "./media-type.ts";

/** One media type of a response. */
export interface Content extends MediaType {
  readonly schema: Place | undefined;
  /** Of sequential content, what one record has to look like: its JSON, or, as OpenAPI 3.2 describes events, its fields. */
  readonly record?: { readonly schema: Place; readonly isEvent: boolean } | undefined;
}

export interface Header {
  /** Lower case. */
  readonly name: string;
  readonly required: boolean;
  readonly place: Place;
  readonly schema: Place | undefined;
}

export interface ResponseDeclaration {
  readonly place: Place;
  readonly contents: readonly Content[];
  readonly headers: readonly Header[];
}

/** A method and path with its responses by status: `200`, `2XX`, `DEFAULT`. */
export interface Operation {
  readonly method: string;
  /** As declared, without the server's base path. */
  readonly path: string;
  /** The path, with parameters that may span segments as `{+name}`. */
  readonly template: string;
  /** Base paths of its servers, without a slash at the end. */
  readonly bases: readonly string[];
  readonly place: Place;
  readonly responses: ReadonlyMap<string, ResponseDeclaration>;
}
