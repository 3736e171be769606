import type { SaxesAttributeNS, SaxesTagNS } from "saxes";

const RELATIONSHIPS =
  /^http:\/\/(?:schemas\.openxmlformats\.org|purl\.oclc\.org\/ooxml)\/(?:officeDocument\/)?(?:2006\/)?relationships$|^http:\/\/purl\.oclc\.org\/ooxml\/officeDocument\/relationships$/;
const OFFICE = "urn:schemas-microsoft-com:office:office";

/** Whether an attribute names a relationship of its part. */
export function isReference({ uri, local }: SaxesAttributeNS): boolean {
  return RELATIONSHIPS.test(uri) || (uri === OFFICE && local === "relid");
}

/** Whether an element names a relationship that goes. */
export function namesLost({ attributes }: SaxesTagNS, lost: ReadonlyMap<string, string>): boolean {
  return Object.values(attributes).some((attribute) => isReference(attribute) && lost.has(attribute.value));
}
