import type { Detection, Location } from "./finding.ts";
import { type Part, partLocation } from "./part.ts";

/** Format name of the part that holds the response's header fields, one leaf a field. */
export const HEADERS_FORMAT = "headers";

/** Where a leaf stands, or a whole part where `leaf` is undefined; `path` serves where no leaf says it. */
export function locationOf(part: Part, leaf: number | undefined, path = ""): Location {
  if (part.format !== HEADERS_FORMAT)
    return { part: partLocation(part), path: leaf === undefined ? path : part.leaves.path(leaf) };
  return { part: leaf === undefined ? "headers" : `header:${part.leaves.path(leaf)}`, path: "" };
}

/** Where a detection is. */
export function detectionLocation(detection: Detection): Location {
  return locationOf(detection.part, detection.leaf, detection.path);
}
