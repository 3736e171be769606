/** Where in a response a leaf stands, as rules tell it apart. */
export type Place = "values" | "keys" | "headers";

/** Collections whose members are leaves of the response, and which. */
const LEAF_COLLECTIONS: ReadonlyMap<string, Place> = new Map<string, Place>([
  ["ARGS", "values"],
  ["ARGS_POST", "values"],
  ["XML", "values"],
  ["ARGS_NAMES", "keys"],
  ["ARGS_POST_NAMES", "keys"],
  ["RESPONSE_HEADERS", "headers"],
]);

/** The leaves that a collection holds; undefined where it holds none. */
export function placeOf(collection: string): Place | undefined {
  return LEAF_COLLECTIONS.get(collection);
}

/** Collections that hold something of the response as a whole. */
const RESPONSE_COLLECTIONS: ReadonlySet<string> = new Set([
  "RESPONSE_BODY",
  "RESPONSE_STATUS",
  "RESPONSE_HEADERS_NAMES",
  "RESPONSE_CONTENT_TYPE",
  "RESPONSE_CONTENT_LENGTH",
  "RESPONSE_PROTOCOL",
  "ARGS_COMBINED_SIZE",
]);

/** Whether a collection says something about the response, and not about the request or the client. */
export function isOfResponse(collection: string): boolean {
  return placeOf(collection) !== undefined || RESPONSE_COLLECTIONS.has(collection);
}

/** Collections that are the same for every exchange: what rules set themselves, and stores that outlive exchanges, which are not kept. */
const CONSTANT: ReadonlySet<string> = new Set([
  "SECACTION",
  "IP",
  "GLOBAL",
  "SESSION",
  "USER",
  "RESOURCE",
  "GEO",
  "ENV",
  "MATCHED_VAR",
  "MATCHED_VARS",
  "MATCHED_VAR_NAME",
  "MATCHED_VARS_NAMES",
  "REQBODY_PROCESSOR",
  "REMOTE_ADDR",
  "RULE",
]);

/** Whether a collection's members are known before any exchange. */
export function isConstant(collection: string): boolean {
  return CONSTANT.has(collection);
}
