import { type Files, packed } from "./archives.ts";

/** Namespace of relationships between parts. */
export const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
/** Namespaces of a package begin so. */
export const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
/** Content types of a Word document begin so. */
export const WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml";

/** A Word document with this body, these relationships of its main part, and these parts besides. */
export function wordDocument(
  body: string,
  relationships = "",
  parts: Files = {},
  kind = `${WORD}.document.main+xml`,
): Buffer {
  const files = {
    "[Content_Types].xml": `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Override PartName="/word/document.xml" ContentType="${kind}"/></Types>`,
    "_rels/.rels": `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>`,
    "word/_rels/document.xml.rels": `<Relationships xmlns="${PACKAGE}/relationships">${relationships}</Relationships>`,
    "word/document.xml": `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="${OFFICE}"><w:body>${body}</w:body></w:document>`,
    ...parts,
  };
  return packed(files, "x.docx", "zip", "-q", "-X");
}
/** A paragraph with these runs. */
export const paragraph = (content: string): string => `<w:p>${content}</w:p>`;
/** A run of text. */
export const run = (text: string): string => `<w:r><w:t>${text}</w:t></w:r>`;
/** A paragraph of text. */
export const TEXT = paragraph(run("Hello"));
/** A field with an instruction in these pieces, which shows the word `shown`. */
export const field = (...instructions: string[]): string =>
  paragraph(
    `<w:r><w:fldChar w:fldCharType="begin"/></w:r>${instructions.map((text) => `<w:r><w:instrText>${text}</w:instrText></w:r>`).join("")}<w:r><w:fldChar w:fldCharType="separate"/></w:r>${run("shown")}<w:r><w:fldChar w:fldCharType="end"/></w:r>`,
  );
/** A relationship `rId9` of a part. */
export const relationship = (type: string, target: string, mode = ""): string =>
  `<Relationship Id="rId9" Type="${OFFICE}/${type}" Target="${target}"${mode === "" ? "" : ` TargetMode="${mode}"`}/>`;
