import type { Retention } from "../../core/disarm-policy.ts";
import { fieldLinksOutside } from "../hyperlink.ts";

/** Fields that only show what the document itself holds. */
const INERT = new Set(
  "PAGE NUMPAGES SECTIONPAGES SECTION DATE TIME TOC PAGEREF REF SEQ NOTEREF STYLEREF SYMBOL TITLE SUBJECT AUTHOR KEYWORDS COMMENTS LASTSAVEDBY FILENAME FILESIZE CREATEDATE SAVEDATE PRINTDATE EDITTIME NUMWORDS NUMCHARS REVNUM FORMTEXT FORMCHECKBOX FORMDROPDOWN EQ = LISTNUM XE TC INDEX TA TOA AUTONUM AUTONUMLGL AUTONUMOUT MERGEFIELD ADVANCE GOTOBUTTON SHAPE".split(
    " ",
  ),
);
const LINK = /^(?:https?:\/\/|mailto:)[\x21-\x7e\x80-\uffff ]*$/i;

/** What a field would do: nothing, or a noun for what goes, by its instruction as text. */
export function fieldRemoved(
  instruction: string,
  hasInnerField: boolean,
  links: Retention,
): readonly [one: string, many?: string] | undefined {
  const name = /^\s*("?)([A-Za-z]+|=)/.exec(instruction)?.[2]?.toUpperCase() ?? "";
  // A field inside an instruction can spell any other.
  if (hasInnerField) return ["nested field"];
  if (name === "HYPERLINK" && !isInertLink(instruction)) return LINK_OUTSIDE;
  if (name === "HYPERLINK") return links === "strip" && fieldLinksOutside(instruction) ? ["link"] : undefined;
  if (INERT.has(name)) return undefined;
  return [/^[A-Z]{1,20}$/.test(name) ? `${name} field` : "unlisted field"];
}

const LINK_OUTSIDE = ["link outside http, https and mailto", "links outside http, https and mailto"] as const;

/** `HYPERLINK "url" \l "bookmark" \o "tip" \t "frame"`: switches first, then what is left is the target. */
function isInertLink(instruction: string): boolean {
  const rest = instruction
    .replace(/^\s*HYPERLINK/i, "")
    .replaceAll(/\\[a-z*]\s*(?:"[^"]*"|[^\s"\\]+)?/gi, " ")
    .trim();
  if (rest === "") return true;
  const [, quoted, plain = ""] = /^(?:"([^"]*)"|(\S+))$/.exec(rest) ?? [];
  return LINK.test((quoted ?? plain).trim());
}
