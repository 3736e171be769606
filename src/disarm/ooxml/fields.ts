import { SaxesParser } from "saxes";
import { isInertUrl } from "../../core/markup-policy.ts";
import { damaged } from "../disarmer.ts";

/** Field codes that run, fetch or include something (ECMA-376, part 1, section 17.16.5, and DDE's of older versions). */
const ACTIVE =
  /^\s*(?:DDE|DDEAUTO|LINK|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|DATABASE|MACROBUTTON|MACRO|AUTOTEXT|AUTOTEXTLIST|RD|EMBED|CONTROL|HTMLCONTROL|ADDIN|ASK|PRINT)\b/i;
const LINK = /^\s*HYPERLINK\s+(?:\\[a-z]\s+)*"?([^"\s]+)/i;
/** A code inside another can be spelled piece by piece, so that only its words show. */
const HIDDEN = /\bDDE(?:AUTO)?\b/i;

/** Whether a field's instruction acts. */
export function isActiveField(instruction: string): boolean {
  if (ACTIVE.test(instruction) || HIDDEN.test(instruction)) return true;
  const target = LINK.exec(instruction)?.[1];
  return target !== undefined && !(/^(?:https?:|mailto:|#|[\w.-]+$)/i.test(target) && isInertUrl(target));
}

interface Field {
  instruction: string;
  readonly pieces: number[];
}

/** Which `instrText` elements of a Word document, counted from 0, belong to a field that acts. */
export function activeInstructions(text: string): ReadonlySet<number> {
  const active = new Set<number>();
  if (!/instrText/i.test(text)) return active;
  const fields: Field[] = [];
  let counted = 0;
  let reading = false;
  const settle = (field: Field | undefined): void => {
    if (field !== undefined && isActiveField(field.instruction)) field.pieces.forEach((piece) => active.add(piece));
  };
  const parser = new SaxesParser({ xmlns: true });
  parser.on("error", (error) => {
    throw damaged(`the XML is not well-formed: ${error.message}`);
  });
  parser.on("opentag", ({ local, attributes }) => {
    if (local === "fldChar") {
      const kind = Object.values(attributes).find((attribute) => attribute.local === "fldCharType")?.value;
      if (kind === "begin") fields.push({ instruction: "", pieces: [] });
      // What stands after the separator is the result, not the instruction.
      if (kind === "separate") settle(fields.at(-1));
      if (kind === "end") settle(fields.pop());
    }
    if (local !== "instrText" && local !== "delInstrText") return;
    reading = true;
    for (const field of fields) field.pieces.push(counted);
    if (fields.length === 0) fields.push({ instruction: "", pieces: [counted] });
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
  return active;
}
