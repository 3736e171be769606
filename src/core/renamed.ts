const OOXML = "application/vnd.openxmlformats-officedocument.";
/** Endings of names by what a file can become: a document without macros, or pages as pictures. */
const ENDINGS: Readonly<Record<string, string>> = {
  "application/pdf": "pdf",
  [`${OOXML}wordprocessingml.document`]: "docx",
  [`${OOXML}wordprocessingml.template`]: "dotx",
  [`${OOXML}spreadsheetml.sheet`]: "xlsx",
  [`${OOXML}spreadsheetml.template`]: "xltx",
  [`${OOXML}presentationml.presentation`]: "pptx",
  [`${OOXML}presentationml.template`]: "potx",
  [`${OOXML}presentationml.slideshow`]: "ppsx",
  "application/vnd.ms-visio.drawing": "vsdx",
  "application/vnd.ms-visio.stencil": "vssx",
  "application/vnd.ms-visio.template": "vstx",
};
const DOCUMENT =
  /\.(?:do[ct][xm]?|xl[st][xmb]?|xlam|pp[ts][xm]?|pot[xm]?|ppam|vs[dst][xm]?|od[tspg]|fod[tspg]|ot[tsp]|rtf)(?=["']?[ \t]*(?:;|\r?\n|$))/gi;

/**
 * A file name, or a header field that gives one, for a document that became of another type: programs refuse one whose name says
 * something else. Names without a document's ending stay.
 */
export function renamedFor(text: string, mediaType: string): string {
  const ending = ENDINGS[mediaType];
  return ending === undefined ? text : text.replaceAll(DOCUMENT, `.${ending}`);
}
