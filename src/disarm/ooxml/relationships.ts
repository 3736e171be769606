import type { DisarmOptions } from "../../core/disarm-policy.ts";
import { isInertUrl } from "../../core/markup-policy.ts";

/**
 * Relationships that lead to text, numbers, drawings and how they look (ECMA-376, part 1, and Microsoft's extensions), by the last
 * step of their type, which the transitional and the strict form share.
 */
const INERT = new Set(
  (
    "officeDocument core-properties extended-properties custom-properties thumbnail origin signature certificate " +
    "styles stylesWithEffects settings webSettings fontTable theme themeOverride numbering footnotes endnotes comments commentsExtended " +
    "commentsIds commentsExtensible people header footer glossaryDocument image hyperlink documentTasks " +
    "worksheet chartsheet sharedStrings calcChain table tableSingleCells xmlMaps drawing vmlDrawing chart chartEx chartUserShapes " +
    "chartStyle chartColorStyle diagramData diagramLayout diagramQuickStyle diagramColors diagramDrawing pivotTable " +
    "pivotCacheDefinition pivotCacheRecords slicer slicerCache timeline timelineCache sheetMetadata threadedComment person " +
    "revisionHeaders revisionLog usernames volatileDependencies ctrlProp namedSheetView rdRichValue rdRichValueStructure " +
    "rdRichValueTypes richStyles rdSupportingPropertyBag rdSupportingPropertyBagStructure rdRichValueWebImage rdarray " +
    "slide slideMaster slideLayout notesSlide notesMaster handoutMaster presProps viewProps tableStyles commentAuthors authors tags " +
    "slideUpdateInfo audio video media " +
    "document masters master pages page windows"
  ).split(" "),
);

/** What goes, in words. A type that is not here is an unknown one. */
const NOUNS: Readonly<Record<string, string>> = {
  vbaProject: "macro project",
  wordVbaData: "macro project",
  xlMacrosheet: "macro sheet",
  xlIntlMacrosheet: "macro sheet",
  dialogsheet: "dialog sheet",
  attachedTemplate: "external template",
  attachedToolbars: "toolbar",
  keyMapCustomizations: "toolbar",
  extensibility: "ribbon customization",
  userCustomization: "ribbon customization",
  oleObject: "embedded object",
  package: "embedded object",
  control: "ActiveX control",
  activeXControlBinary: "ActiveX control",
  aFChunk: "embedded document",
  subDocument: "linked document",
  frame: "linked document",
  externalLink: "link to another workbook",
  externalLinkPath: "link to another workbook",
  customXml: "custom XML part",
  customXmlProps: "custom XML part",
  printerSettings: "printer setting",
  connections: "data connection",
  queryTable: "data connection",
  mailMergeSource: "mail merge source",
  mailMergeHeaderSource: "mail merge source",
  recipientData: "mail merge source",
  webextension: "web extension",
  webextensiontaskpanes: "web extension",
  font: "embedded font",
};
const LINKED: Readonly<Record<string, string>> = {
  hyperlink: "hostile hyperlink",
  image: "linked image",
  audio: "linked media file",
  video: "linked media file",
  media: "linked media file",
};
/** What a document says of itself, where that goes too. */
const METADATA: Readonly<Record<string, string>> = {
  "core-properties": "metadata part",
  "extended-properties": "metadata part",
  "custom-properties": "metadata part",
  thumbnail: "thumbnail",
};
const MANY: Readonly<Record<string, string>> = { "link to another workbook": "links to other workbooks" };

/** A relationship from one part to another, or out of the document. */
export interface Relationship {
  readonly id: string;
  /** Last step of its type. */
  readonly type: string;
  readonly fullType: string;
  readonly target: string;
  readonly isExternal: boolean;
}

/** The noun for a relationship that goes, with its plural where an s does not make it; undefined for one that stays. */
export function relationshipToGo(
  { type, target, isExternal }: Relationship,
  { links }: DisarmOptions,
): readonly [one: string, many?: string] | undefined {
  if (isExternal) {
    const isLink = type === "hyperlink" && /^(?:https?:|mailto:|#)/i.test(target.trim()) && isInertUrl(target);
    if (isLink) return links === "strip" && !target.trim().startsWith("#") ? ["link"] : undefined;
    return noun(LINKED[type] ?? NOUNS[type] ?? "external reference");
  }
  return INERT.has(type) ? undefined : noun(NOUNS[type] ?? "unknown part");
}

/** The noun for a part that goes with the metadata, by the type of the relationship to it. */
export function metadataToGo(type: string, { metadata }: DisarmOptions): readonly [one: string] | undefined {
  const one = metadata === "strip" ? METADATA[type] : undefined;
  return one === undefined ? undefined : [one];
}

function noun(one: string): readonly [one: string, many?: string] {
  const many = MANY[one];
  return many === undefined ? [one] : [one, many];
}
