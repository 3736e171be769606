import { PDFArray, PDFDict, PDFName, type PDFObject, PDFStream, PDFString, PDFHexString } from "@cantoo/pdf-lib";

/** What an object is at its place: the shape that it is copied under, or a noun for what goes and the shape of what remains of it. */
export type Variant = { readonly shape: string } | { readonly removed: Noun; readonly remains?: string };

/** What goes, for people: the noun, and its plural where an s does not make it. */
export interface Noun {
  readonly one: string;
  readonly many?: string;
}

type Choice = (object: PDFObject) => Variant;

/** The dictionary of a dictionary or stream. */
export function dictionaryOf(object: PDFObject | undefined): PDFDict | undefined {
  if (object instanceof PDFStream) return object.dict;
  return object instanceof PDFDict ? object : undefined;
}

/** The name under a key, without its slash and escapes; undefined where it is none. */
export function nameUnder(object: PDFObject | undefined, key: string): string | undefined {
  const value = dictionaryOf(object)?.lookup(PDFName.of(key));
  return value instanceof PDFName ? value.decodeText() : undefined;
}

/** Local moves of the view; everything else that a named action can do belongs to the program (table 215). */
const MOVES = new Set(["NextPage", "PrevPage", "FirstPage", "LastPage"]);
/** RFC 3986 characters after a scheme that opens a page or a letter: nothing local, nothing run. */
const LINK = /^(?:https?:\/\/|mailto:)[\x21-\x7e\x80-\uffff ]*$/i;

const LINK_OUTSIDE: Noun = {
  one: "link outside http, https and mailto",
  many: "links outside http, https and mailto",
};
const ACTION_NOUNS: Readonly<Record<string, Noun>> = {
  JavaScript: { one: "script" },
  Launch: { one: "launch action" },
  SubmitForm: { one: "form submission" },
  ImportData: { one: "data import" },
  GoToR: { one: "link to another document", many: "links to other documents" },
  GoToE: { one: "link to an embedded document", many: "links to embedded documents" },
  Movie: { one: "movie action" },
  Sound: { one: "sound action" },
  Rendition: { one: "media action" },
  RichMediaExecute: { one: "media action" },
  GoTo3DView: { one: "3D action" },
};

function action(object: PDFObject): Variant {
  const kind = nameUnder(object, "S") ?? "";
  if (kind === "GoTo") return { shape: "goTo" };
  if (kind === "Named" && MOVES.has(nameUnder(object, "N") ?? "")) return { shape: "navigate" };
  if (kind !== "URI") return { removed: ACTION_NOUNS[kind] ?? { one: "action" } };
  const target = dictionaryOf(object)?.lookup(PDFName.of("URI"));
  const url = target instanceof PDFString || target instanceof PDFHexString ? target.decodeText() : "";
  return LINK.test(url) ? { shape: "openLink" } : { removed: LINK_OUTSIDE };
}

/** Shape of what remains of an annotation that goes: its picture, as a stamp. */
export const PICTURE = "picture";

/** Annotations that only draw and tell (table 171). */
const PLAIN_ANNOTATIONS = new Set(
  "Text Link FreeText Line Square Circle Polygon PolyLine Highlight Underline Squiggly StrikeOut Stamp Caret Ink Popup Watermark PrinterMark TrapNet Redact".split(
    " ",
  ),
);
const ANNOTATION_NOUNS: Readonly<Record<string, string>> = {
  FileAttachment: "attached file",
  Sound: "sound",
  Movie: "movie",
  Screen: "media annotation",
  RichMedia: "media annotation",
  "3D": "3D model",
};

function annotation(object: PDFObject): Variant {
  if (object instanceof PDFStream) return xobject(object);
  const subtype = nameUnder(object, "Subtype");
  if (subtype === "Widget" || (subtype === undefined && isField(object))) return { shape: "widget" };
  if (PLAIN_ANNOTATIONS.has(subtype ?? "")) return { shape: "plainAnnotation" };
  const removed = { one: ANNOTATION_NOUNS[subtype ?? ""] ?? "unlisted annotation" };
  return has(object, "AP") ? { removed, remains: PICTURE } : { removed };
}

function isField(object: PDFObject): boolean {
  return ["FT", "Kids", "T", "Parent"].some((key) => has(object, key));
}

function has(object: PDFObject, key: string): boolean {
  return dictionaryOf(object)?.has(PDFName.of(key)) === true;
}

function xobject(object: PDFObject): Variant {
  if (!(object instanceof PDFStream)) return { removed: { one: "unlisted object" } };
  if (nameUnder(object, "Subtype2") === "PS" || object.dict.has(PDFName.of("PS")))
    return { removed: { one: "PostScript object" } };
  const subtype = nameUnder(object, "Subtype");
  if (subtype === "Image") return { shape: "image" };
  // Readers draw an appearance that does not say what it is as a form.
  if (subtype === "Form" || subtype === undefined) return { shape: "formXObject" };
  return { removed: { one: subtype === "PS" ? "PostScript object" : "unlisted object" } };
}

function optionalContent(object: PDFObject): Variant {
  return { shape: nameUnder(object, "Type") === "OCMD" ? "contentMembership" : "contentGroup" };
}

function property(object: PDFObject): Variant {
  const type = nameUnder(object, "Type");
  return type === "OCG" || type === "OCMD" ? optionalContent(object) : { shape: "data" };
}

function structKid(object: PDFObject): Variant {
  if (dictionaryOf(object) === undefined) return { shape: "scalar" };
  const type = nameUnder(object, "Type");
  if (type === "MCR") return { shape: "markedContent" };
  return { shape: type === "OBJR" ? "objectReference" : "structElement" };
}

/** How a place that may hold several kinds of objects tells them apart. */
const CHOICES: Readonly<Record<string, Choice>> = {
  action,
  annotation,
  xobject,
  optionalContent,
  property,
  structKid,
  field: (object) =>
    isField(object) || nameUnder(object, "Subtype") === "Widget" ? { shape: "widget" } : annotation(object),
  fieldValue: (object) => ({ shape: has(object, "ByteRange") ? "signature" : "fieldText" }),
  structKids: (object) => (object instanceof PDFArray ? { shape: "structKidList" } : structKid(object)),
  structEntry: (object) => {
    if (object instanceof PDFArray) return { shape: "structElementList" };
    return { shape: dictionaryOf(object) === undefined ? "scalar" : "structElement" };
  },
  structParent: (object) => ({
    shape: nameUnder(object, "Type") === "StructTreeRoot" || has(object, "RoleMap") ? "structTree" : "structElement",
  }),
  outlineParent: (object) => ({ shape: has(object, "Title") ? "outlineItem" : "outlines" }),
  destinationElement: (object) => ({ shape: dictionaryOf(object) === undefined ? "scalar" : "page" }),
};

/** What an object is at a place of this name. */
export function variantOf(place: string, object: PDFObject): Variant {
  return CHOICES[place]?.(object) ?? { shape: place };
}
