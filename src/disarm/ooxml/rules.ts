import type { SaxesAttributeNS, SaxesTagNS } from "saxes";
import type { Retention } from "../../core/disarm-policy.ts";
import { isInertUrl } from "../../core/markup-policy.ts";
import type { Removals } from "../disarmer.ts";
import type { XmlRules } from "../xml/filter.ts";
import { formulaLinksOutside } from "../hyperlink.ts";
import { fieldToGo, instructionsToGo } from "./fields.ts";
import { StrippedLinks, tellsOfLinks } from "./links.ts";
import { isReference, namesLost } from "./references.ts";
import { SheetPlaces } from "./sheet-places.ts";

const VML = "urn:schemas-microsoft-com:vml";
/** Elements that stay, without the attribute, where the part that it names goes. */
const STAYING = new Set(["hyperlink", "pageSetup", "blip", "table", "svgBlip", "chart", "sldSz"]);
/** Actions of a presentation that lead to another of its slides (`ppaction://`), or nowhere. */
const PLAIN_ACTION = /^(?:ppaction:\/\/(?:hlinksldjump|hlinkshowjump|noaction|media|customshow|hlinkpres)\b.*)?$/i;
/** A formula's reference to another workbook, or to another program (DDE). */
const FOREIGN_FORMULA =
  /(?:^|[^\w\]])'?\[\d+\]|\.xl\w{1,2}\]|\|[^!|]*!|\b(?:WEBSERVICE|CALL|REGISTER(?:\.ID)?|EXEC|RTD|DDE|FOPEN|FWRITE)\s*\(/i;
const FORMULAS = new Set(["f", "definedName"]);
const MACRO_ELEMENTS = new Set(["FmlaMacro", "mailMerge", "webPublishItems", "webPublishing"]);

/** Elements that are not valid without a child: all of these go with their last. */
const CONTAINERS = new Set(
  "externalReferences oleObjects controls hyperlinks definedNames tableParts AlternateContent Choice Fallback graphicData drawing pict object custDataLst".split(
    " ",
  ),
);
const NEEDS: Readonly<Record<string, string>> = {
  graphicFrame: "graphic",
  graphic: "graphicData",
  inline: "graphic",
  anchor: "graphic",
};

/** Every word that any rule below looks for, and whatever could spell one in another way: references, sections, instructions. */
const TELLING =
  /<!|<\?(?!xml\s)|&#|macro\s*=|Fmla|mailMerge|webPublish|instr|action\s*=|(?:src|href)\s*=|relid|\[\d+\]|\.xl\w{1,2}\]|\||\b(?:WEBSERVICE|CALL|REGISTER|EXEC|RTD|DDE|FOPEN|FWRITE)\b/i;

/** Whether no rule can have anything to say of a part, as of nearly all sheets: then it need not be parsed. */
export function isPlainPart(text: string, lost: ReadonlyMap<string, string>, links: Retention): boolean {
  return lost.size === 0 && !TELLING.test(text) && (links === "keep" || !tellsOfLinks(text));
}

/** What stays of one XML part, whose relationships of these ids go. */
export function partRules(
  text: string,
  lost: ReadonlyMap<string, string>,
  links: Retention,
  removed: Removals,
): XmlRules {
  const instructions = instructionsToGo(text, links);
  const stripped = links === "strip" ? new StrippedLinks(text, lost, removed) : undefined;
  let counted = 0;
  const sheets = new SheetPlaces(lost);
  const shared = new Set<string>();
  return {
    containers: CONTAINERS,
    needs: NEEDS,
    keeps: (tag) => {
      if (tag.local === "instrText" || tag.local === "delInstrText") {
        const goes = instructions.has(counted);
        const [one, many] = instructions.get(counted++) ?? [];
        if (one !== undefined) removed.add(one, 1, many);
        return !goes;
      }
      const stays =
        keeps(tag, lost, removed) &&
        stripped?.keeps(tag) !== false &&
        !(tag.local === "f" && shared.has(sharedFormula(tag)));
      return sheets.keeps(tag, stays);
    },
    attribute: (attribute, tag) => {
      const inert = attributeValue(attribute, tag, lost, links, removed);
      const value = inert !== undefined && stripped?.drops(attribute, tag) === true ? undefined : inert;
      return value === undefined ? undefined : sheets.attribute(attribute.local, value, tag);
    },
    readsText: ({ local }) => FORMULAS.has(local),
    textOf: (tag, formula) => {
      const foreign = FOREIGN_FORMULA.test(formula.replaceAll(/"[^"]*"/g, '""'));
      const linking = !foreign && links === "strip" && formulaLinksOutside(formula);
      if (foreign) removed.add("formula that reads outside the workbook", 1, "formulas that read outside the workbook");
      if (linking) removed.add("link");
      const goes = foreign || linking;
      if (goes && tag.attributes["t"]?.value === "shared") shared.add(sharedFormula(tag));
      return goes ? undefined : formula;
    },
  };
}

/** The formula that several cells share, by its index; empty for one of a cell's own. */
function sharedFormula({ attributes }: SaxesTagNS): string {
  return attributes["si"]?.value ?? "";
}

function keeps(tag: SaxesTagNS, lost: ReadonlyMap<string, string>, removed: Removals): boolean {
  const attributes = Object.values(tag.attributes);
  if (MACRO_ELEMENTS.has(tag.local)) {
    removed.add(tag.local === "FmlaMacro" ? "macro call" : "outside data source");
    return false;
  }
  const action = attributes.find(({ local, uri }) => local === "action" && uri === "")?.value;
  if (tag.local.startsWith("hlink") && action !== undefined && !PLAIN_ACTION.test(action)) {
    removed.add("action on a slide", 1, "actions on slides");
    return false;
  }
  // The relationship itself was counted where it was left out.
  return STAYING.has(tag.local) || !namesLost(tag, lost);
}

function attributeValue(
  attribute: SaxesAttributeNS,
  tag: SaxesTagNS,
  lost: ReadonlyMap<string, string>,
  links: Retention,
  removed: Removals,
): string | undefined {
  const { local, uri, value } = attribute;
  if (isReference(attribute)) return lost.has(value) ? undefined : value;
  const isQueried = (local === "tableType" || local === "queryTableFieldId") && tag.local.startsWith("table");
  if (isQueried && [...lost.values()].includes("queryTable")) return undefined;
  if (local === "macro" && value !== "") {
    removed.add("macro call");
    return "";
  }
  const field = local === "instr" && tag.local === "fldSimple" ? fieldToGo(value, links) : undefined;
  if (field !== undefined) {
    removed.add(field[0], 1, field[1]);
    return "";
  }
  if (tag.uri === VML && (local === "src" || local === "href") && uri === "") {
    const stays = local === "href" && /^(?:https?:|mailto:|#)/i.test(value) && isInertUrl(value);
    if (!stays && value !== "") removed.add("linked image");
    return stays || value === "" ? value : undefined;
  }
  return value;
}
