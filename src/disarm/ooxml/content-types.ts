/** Content types of main parts whose documents may have macros, and those of their plain kin. */
const PLAIN_KINDS: Readonly<Record<string, string>> = {
  "application/vnd.ms-word.document.macroenabled.main+xml":
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
  "application/vnd.ms-word.template.macroenabledtemplate.main+xml":
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
  "application/vnd.ms-excel.sheet.macroenabled.main+xml":
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
  "application/vnd.ms-excel.template.macroenabled.main+xml":
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
  "application/vnd.ms-excel.addin.macroenabled.main+xml":
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
  "application/vnd.ms-powerpoint.presentation.macroenabled.main+xml":
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
  "application/vnd.ms-powerpoint.template.macroenabled.main+xml":
    "application/vnd.openxmlformats-officedocument.presentationml.template.main+xml",
  "application/vnd.ms-powerpoint.slideshow.macroenabled.main+xml":
    "application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml",
  "application/vnd.ms-visio.drawing.macroenabled.main+xml": "application/vnd.ms-visio.drawing.main+xml",
  "application/vnd.ms-visio.stencil.macroenabled.main+xml": "application/vnd.ms-visio.stencil.main+xml",
  "application/vnd.ms-visio.template.macroenabled.main+xml": "application/vnd.ms-visio.template.main+xml",
  "application/vnd.ms-powerpoint.addin.macroenabled.main+xml":
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
};

/** Media that are parts of the tree: pictures that can be rebuilt, sound and film. Metafiles hold drawing commands. */
const MEDIA = /^(?:image\/(?:png|x-png|jpe?g|pjpeg|gif|tiff|bmp|webp|avif|svg\+xml)|audio\/[\w.+-]+|video\/[\w.+-]+)$/;
const METAFILE = /^image\/(?:x-)?[ew]mf$/;
/** XML of the office programs, and the drawings that came before it. */
const XML = /^application\/(?:[\w.-]+\+xml|xml|vnd\.openxmlformats-officedocument\.vmlDrawing)$/i;
/** XML that runs, loads or links, whatever relationship leads to it. */
const ACTIVE =
  /activex|vbadata|macrosheet|dialogsheet|webextension|externallink|connections|querytable|keymapcustomizations|attachedtoolbars|customui|recipientdata/;
const SIGNATURE = /^application\/vnd\.openxmlformats-package\.digital-signature-/i;

/** How a part is handled, by its content type. */
export type PartKind = "xml" | "media" | "signature" | "metafile" | "other";

/** The kind of a content type. */
export function kindOf(contentType: string): PartKind {
  const type = contentType.toLowerCase();
  if (SIGNATURE.test(type)) return "signature";
  if (METAFILE.test(type)) return "metafile";
  if (MEDIA.test(type)) return "media";
  return XML.test(type) && !ACTIVE.test(type) ? "xml" : "other";
}

/** Media type of a document by the content type of its main part; undefined for one that may have macros. */
export function plainMediaType(contentType: string): string | undefined {
  return contentType === plainKind(contentType) ? contentType.replace(/\.main\+xml$/, "") : undefined;
}

/** The content type without macros; the same where it has none. */
export function plainKind(contentType: string): string {
  return PLAIN_KINDS[contentType.toLowerCase()] ?? contentType;
}
