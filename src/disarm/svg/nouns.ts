import type { SaxesAttributeNS } from "saxes";
import { XLINK_NAMESPACE } from "./allowed.ts";

/** What an element that goes is, in words. */
export function elementNoun(element: string): string {
  if (element === "script") return "script";
  return element === "foreignObject" ? "foreign object" : `${element} element`;
}

/** What an attribute that goes is, in words, as `Removals.add` takes them. */
export function attributeNoun({
  name,
  local,
  prefix,
  uri,
}: SaxesAttributeNS): [one: string, count?: number, many?: string] {
  if (/^on/i.test(name)) return ["event handler"];
  if (local === "href") return ["external reference"];
  if (prefix === "xmlns" || (uri !== "" && uri !== XLINK_NAMESPACE))
    return ["attribute of another program", 1, "attributes of other programs"];
  return ["unknown attribute"];
}
