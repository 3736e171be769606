import { SaxesParser } from "saxes";
import type { Retention } from "../../core/disarm-policy.ts";
import { isInertUrl } from "../../core/markup-policy.ts";
import { damaged } from "../disarmer.ts";
import { fieldLinksOutside } from "../hyperlink.ts";

/** Field codes that run, fetch or include something (ECMA-376, part 1, section 17.16.5, and DDE's of older versions). */
const ACTIVE =
  /^\s*(?:DDE|DDEAUTO|LINK|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|DATABASE|MACROBUTTON|MACRO|AUTOTEXT|AUTOTEXTLIST|RD|EMBED|CONTROL|HTMLCONTROL|ADDIN|ASK|PRINT)\b/i;
const LINK = /^\s*HYPERLINK\s+(?:\\[a-z]\s+)*"?([^"\s]+)/i;
/** A code inside another can be spelled piece by piece, so that only its words show. */
const HIDDEN = /\bDDE(?:AUTO)?\b/i;

const ACTS = ["field that acts", "fields that act"] as const;

/** The noun for a field that goes, by its instruction; undefined for one that stays. */
export function fieldToGo(instruction: string, links: Retention): readonly [one: string, many?: string] | undefined {
  if (isActive(instruction)) return ACTS;
  return links === "strip" && fieldLinksOutside(instruction) ? ["link"] : undefined;
}

function isActive(instruction: string): boolean {
  if (ACTIVE.test(instruction) || HIDDEN.test(instruction)) return true;
  const target = LINK.exec(instruction)?.[1];
  return target !== undefined && !(/^(?:https?:|mailto:|#|[\w.-]+$)/i.test(target) && isInertUrl(target));
}

interface Field {
  instruction: string;
  readonly pieces: number[];
  /** Whether it was found to be a link that goes. */
  isLink: boolean;
}

/** The noun for an `instrText` element that goes; undefined where another one of its field is counted. */
type Gone = readonly [one: string, many?: string] | undefined;

/** Which `instrText` elements of a Word document, counted from 0, belong to a field that goes. */
export function instructionsToGo(text: string, links: Retention): ReadonlyMap<number, Gone> {
  const gone = new Map<number, Gone>();
  if (!/instrText/i.test(text)) return gone;
  const fields: Field[] = [];
  let counted = 0;
  let reading = false;
  const settle = (field: Field | undefined): void => {
    // What it shows can hold fields of its own: a link is one only by what stands before the separator.
    const noun = field && fieldToGo(field.instruction, field.isLink ? "keep" : links);
    if (field === undefined || noun === undefined) return;
    field.isLink = noun !== ACTS;
    for (const [at, piece] of field.pieces.entries())
      if (!field.isLink) gone.set(piece, noun);
      else if (!gone.has(piece)) gone.set(piece, at === 0 ? noun : undefined);
  };
  const parser = new SaxesParser({ xmlns: true });
  parser.on("error", (error) => {
    throw damaged(`the XML is not well-formed: ${error.message}`);
  });
  parser.on("opentag", ({ local, attributes }) => {
    if (local === "fldChar") {
      const kind = Object.values(attributes).find((attribute) => attribute.local === "fldCharType")?.value;
      if (kind === "begin") fields.push({ instruction: "", pieces: [], isLink: false });
      // What stands after the separator is the result, not the instruction.
      if (kind === "separate") settle(fields.at(-1));
      if (kind === "end") settle(fields.pop());
    }
    if (local !== "instrText" && local !== "delInstrText") return;
    reading = true;
    for (const field of fields) field.pieces.push(counted);
    if (fields.length === 0) fields.push({ instruction: "", pieces: [counted], isLink: false });
    counted++;
  });
  const read = (content: string): void => {
    if (reading) for (const field of fields) field.instruction += content;
  };
  parser.on("text", read);
  parser.on("cdata", read);
  parser.on("closetag", ({ local }) => {
    if (local === "instrText" || local === "delInstrText") reading = false;
  });
  parser.write(text).close();
  fields.forEach(settle);
  return gone;
}
