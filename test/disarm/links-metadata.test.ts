import { describe, expect, it } from "vitest";
import { DISARMERS } from "../../src/disarm/registry.ts";
import { listed, packed, unpacked } from "../support/archives.ts";
import { disarmedBy, KEEPING, outcome, rebuiltBy, STRIPPING } from "../support/disarmed.ts";
import { linksIn } from "../support/links-metadata.ts";
import { complaintsOfQpdf, pdfOf } from "../support/pdf.ts";
import { field, OFFICE, PACKAGE, paragraph, relationship, run, TEXT, wordDocument } from "../support/word-document.ts";

const NO_LINKS = { ...KEEPING, links: "strip" } as const;
const NO_METADATA = { ...KEEPING, metadata: "strip" } as const;

const disarmerNamed = (format: string) => {
  const disarmer = DISARMERS.find(({ name }) => name === format);
  if (disarmer === undefined) throw new Error(`no disarmer ${format}`);
  return disarmer;
};
const strippedOf = async (format: string, bytes: Uint8Array, options = STRIPPING) => {
  const result = await rebuiltBy(disarmerNamed(format), bytes, options);
  expect(outcome(await disarmedBy(disarmerNamed(format), result.bytes, options))).toBe("clean");
  return result;
};

const URL = "https://x.example/a";
const LINKED = relationship("hyperlink", URL, "External");
const part = (name: string, type: string, id: string): string =>
  `<Relationship Id="${id}" Type="${type}" Target="${name}"/>`;
const sheet = (content: string): Readonly<Record<string, string>> => ({
  "word/_rels/document.xml.rels": `<Relationships xmlns="${PACKAGE}/relationships">${part("s.xml", `${OFFICE}/worksheet`, "rId1")}</Relationships>`,
  "word/s.xml": `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${OFFICE}">${content}</worksheet>`,
  "word/_rels/s.xml.rels": `<Relationships xmlns="${PACKAGE}/relationships">${LINKED}</Relationships>`,
});
const odt = (content: string, parts: Readonly<Record<string, string>> = {}): Buffer => {
  const files = {
    "content.xml": `<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:t" xmlns:table="urn:b" xmlns:xlink="http://www.w3.org/1999/xlink">${content}</office:document-content>`,
    ...parts,
  };
  const entries = Object.keys(files).map((name) => `<m:file-entry m:full-path="${name}"/>`);
  const manifest = `<m:manifest xmlns:m="urn:m">${entries.join("")}</m:manifest>`;
  return packed({ ...files, "META-INF/manifest.xml": manifest }, "x.odt", "zip", "-q", "-X");
};
const rtf = (content: string): Buffer => Buffer.from(`{\\rtf1\\ansi ${content}}`, "latin1");
const rtfField = (instruction: string): string => `{\\field{\\*\\fldinst ${instruction}}{\\fldrslt shown}}`;
const svg = (content: string): Buffer =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">${content}</svg>`,
    "latin1",
  );
const uri = `/A << /S /URI /URI (${URL}) >>`;

describe("a link to the outside goes, and what it stands at stays", () => {
  it.each([
    ["a PDF's page", "pdf", pdfOf({ page: `/Annots [<< /Subtype /Link /Rect [0 0 9 9] ${uri} >>]` }), "/Link"],
    [
      "a PDF's bookmark",
      "pdf",
      pdfOf({
        catalog: "/Outlines 4 0 R",
        objects: ["<< /First 5 0 R /Last 5 0 R /Count 1 >>", `<< /Title (Shown) /Parent 4 0 R ${uri} >>`],
      }),
      "Shown",
    ],
    ["RTF", "rtf", rtf(rtfField(`HYPERLINK "${URL}" \\\\l "b"`)), "{shown}"],
    ["RTF, after other switches", "rtf", rtf(rtfField('HYPERLINK \\\\o "tip" "mailto:a@x.example"')), "{shown}"],
    ["SVG", "svg", svg(`<a xlink:href="${URL}"><rect width="1"/></a>`), '<a><rect width="1"></rect></a>'],
    ["SVG, to a place beside it", "svg", svg('<a href="other.html"><text>t</text></a>'), "<a><text>t</text></a>"],
  ])("%s", async (_, format, bytes, stays) => {
    expect(outcome(await disarmedBy(disarmerNamed(format), bytes))).toBe("clean");
    const result = await strippedOf(format, bytes, NO_LINKS);
    expect(result.removed).toBe("1 link");
    expect(result.bytes.toString("latin1")).not.toMatch(/x\.example|other\.html/);
    expect(result.bytes.toString("latin1")).toContain(stays);
    if (format === "pdf") expect(complaintsOfQpdf(result.bytes)).toBe("");
  });

  it.each([
    [
      "a text's relationship",
      wordDocument(paragraph(`<w:hyperlink r:id="rId9" w:anchor="b">${run("link")}</w:hyperlink>`), LINKED),
      "<w:hyperlink><w:r><w:t>link</w:t></w:r></w:hyperlink>",
    ],
    ["a field", wordDocument(field(` HYPERLINK "${URL}" `)), run("shown")],
    ["a field in pieces", wordDocument(field(" HYPER", `LINK \\o "tip" `, `"${URL}"`)), run("shown")],
    [
      "a field in one element",
      wordDocument(paragraph(`<w:fldSimple w:instr='HYPERLINK "${URL}"'>${run("f")}</w:fldSimple>`)),
      run("f"),
    ],
    [
      "a stretch of a comment",
      wordDocument(`${TEXT}<text>see it</text><hyperlink startIndex="0" length="3" url="${URL}"/>`),
      "<text>see it</text></w:body>",
    ],
    [
      "a drawing of old",
      wordDocument(`${TEXT}<v:rect xmlns:v="urn:schemas-microsoft-com:vml" href="${URL}" id="r"/>`),
      'id="r"',
    ],
    [
      "a drawing of Visio",
      wordDocument(`${TEXT}<Row><Cell N="Address" V="${URL}"/><Cell N="Description" V="d"/></Row>`),
      '<Row><Cell N="Description" V="d"></Cell></Row>',
    ],
  ])("OOXML: %s", async (_, bytes, stays) => {
    expect(outcome(await disarmedBy(disarmerNamed("ooxml"), bytes))).toBe("clean");
    const result = await strippedOf("ooxml", bytes, NO_LINKS);
    expect(result.removed).toBe("1 link");
    expect(linksIn("ooxml", result.bytes)).toEqual([]);
    expect(unpacked(result.bytes, "word/document.xml", "unzip")).toContain(stays);
    expect(unpacked(result.bytes, "word/document.xml", "unzip")).not.toContain("x.example");
  });

  it.each([
    ["link", `<row/><hyperlinks><hyperlink ref="A1" r:id="rId9" location="b"/></hyperlinks>`, "<row></row>"],
    ["function", `<c><f>HYPERLINK("${URL}","x")</f><v>x</v></c>`, "<c><v>x</v></c>"],
    [
      "shared function",
      `<c><f t="shared" si="0" ref="A1:A2">1+HYPERLINK(B1)</f><v>x</v></c><c><f t="shared" si="0"/><v>y</v></c>`,
      "<c><v>x</v></c><c><v>y</v></c>",
    ],
  ])("OOXML: a cell's %s", async (kind, content, stays) => {
    const result = await strippedOf("ooxml", wordDocument(TEXT, "", sheet(content)), NO_LINKS);
    // The sheet has a relationship to something outside each time.
    expect(result.removed).toBe(kind === "link" ? "1 link" : "2 links");
    expect(unpacked(result.bytes, "word/s.xml", "unzip")).toContain(`>${stays}</worksheet>`);
  });

  it("OOXML: a field with another one in what it shows, and one that acts in its instruction", async () => {
    const char = (kind: string): string => `<w:r><w:fldChar w:fldCharType="${kind}"/></w:r>`;
    const code = (text: string): string => `<w:r><w:instrText>${text}</w:instrText></w:r>`;
    const shown = `${char("separate")}${char("begin")}${code("PAGE")}${char("separate")}${run("1")}${char("end")}${char("end")}`;
    const link = paragraph(`${char("begin")}${code(`HYPERLINK "${URL}"`)}${shown}`);
    const plain = await strippedOf("ooxml", wordDocument(link), NO_LINKS);
    expect(plain.removed).toBe("1 link");
    expect(unpacked(plain.bytes, "word/document.xml", "unzip").match(/instrText>[^<]+/g)).toEqual(["instrText>PAGE"]);
    const inner = `${char("begin")}${code("DDE a")}${char("end")}`;
    const spelled = paragraph(
      `${char("begin")}${code("HYPERLINK")}${inner}${code("b")}${char("separate")}${char("end")}`,
    );
    expect((await strippedOf("ooxml", wordDocument(spelled), NO_LINKS)).removed).toContain("field");
  });

  it("OOXML: the list of them in its properties", async () => {
    const app = (name: string): string =>
      `<Properties xmlns="urn:p"><HLinks><lpwstr>${name}</lpwstr></HLinks><HyperlinkBase>${name}</HyperlinkBase></Properties>`;
    const types = relationship("extended-properties", "app.xml");
    const result = await strippedOf("ooxml", wordDocument(TEXT, types, { "word/app.xml": app(URL) }), NO_LINKS);
    expect(result.removed).toBe("1 list of links, 1 base of links");
    expect(unpacked(result.bytes, "word/app.xml", "unzip")).toContain('<Properties xmlns="urn:p"></Properties>');
  });

  it.each([
    ["text", `<text:a xlink:href="${URL}">shown</text:a>`, "<text:a>shown</text:a>"],
    ["text, to a place beside it", '<text:a xlink:href="b.odt">shown</text:a>', "<text:a>shown</text:a>"],
    ["cell", `<text:p table:formula="of:=HYPERLINK(&quot;${URL}&quot;)">x</text:p>`, "<text:p>x</text:p>"],
  ])("ODF: a %s", async (_, content, stays) => {
    expect(outcome(await disarmedBy(disarmerNamed("odf"), odt(content)))).toBe("clean");
    const result = await strippedOf("odf", odt(content), NO_LINKS);
    expect(result.removed).toBe("1 link");
    expect(unpacked(result.bytes, "content.xml", "unzip")).toContain(stays);
  });
});

describe("a file passes as it came though links and metadata go", () => {
  it.each([
    ["pdf", pdfOf({ page: "/Annots [<< /Subtype /Link /Rect [0 0 9 9] /A << /S /GoTo /D [3 0 R /Fit] >> >>]" })],
    [
      "ooxml",
      wordDocument(
        `${field(' HYPERLINK \\l "b" \\o "tip" ')}${field(" PAGE ")}<w:hyperlink w:anchor="b">${run("x")}</w:hyperlink>`,
        relationship("hyperlink", "#b", "External"),
      ),
    ],
    ["odf", odt('<text:a xlink:href="#b">x</text:a><text:p table:formula="of:=HYPERLINK(&quot;#b&quot;)"/>')],
    ["rtf", rtf(rtfField('HYPERLINK \\\\l "b"'))],
    ["svg", svg('<a href="#b"><rect width="1"/></a><title>t</title>')],
  ])("where those of its %s lead inside", async (format, bytes) => {
    expect(outcome(await disarmedBy(disarmerNamed(format), bytes, STRIPPING))).toBe("clean");
  });
});

describe("what a document says of itself goes", () => {
  it("PDF", async () => {
    const pdf = pdfOf({ trailer: "/Info << /Title (Secret) /Author (A) /Trapped /False >>" });
    expect(outcome(await disarmedBy(disarmerNamed("pdf"), pdf))).toBe("clean");
    const { bytes, removed } = await strippedOf("pdf", pdf, NO_METADATA);
    expect(removed).toBe("3 document properties");
    expect(bytes.toString("latin1")).not.toMatch(/Info|Secret/);
    expect(complaintsOfQpdf(bytes)).toBe("");
  });

  it("OOXML, with relationships and types", async () => {
    const root = [
      part("word/document.xml", `${OFFICE}/officeDocument`, "rId1"),
      part("docProps/core.xml", `${PACKAGE}/relationships/metadata/core-properties`, "rId2"),
      part("docProps/app.xml", `${OFFICE}/extended-properties`, "rId3"),
      part("docProps/custom.xml", `${OFFICE}/custom-properties`, "rId4"),
      part("docProps/thumbnail.xml", `${PACKAGE}/relationships/metadata/thumbnail`, "rId5"),
      part("docProps/gone.xml", `${OFFICE}/custom-properties`, "rId6"),
    ].join("");
    const properties = Object.fromEntries(
      ["core", "app", "custom", "thumbnail"].map((name) => [`docProps/${name}.xml`, "<x/>"] as const),
    );
    const bytes = wordDocument(TEXT, "", {
      "_rels/.rels": `<Relationships xmlns="${PACKAGE}/relationships">${root}</Relationships>`,
      ...properties,
    });
    expect(outcome(await disarmedBy(disarmerNamed("ooxml"), bytes))).toBe("clean");
    const result = await strippedOf("ooxml", bytes, NO_METADATA);
    expect(result.removed).toBe("3 metadata parts, 1 thumbnail");
    expect(listed(result.bytes, "unzip")).toEqual(["[Content_Types].xml", "_rels/.rels", "word/document.xml"]);
    expect(unpacked(result.bytes, "\\[Content_Types\\].xml", "unzip")).not.toContain("docProps");
    // Programs leave relationships to parts that are not there.
    expect(unpacked(result.bytes, "_rels/.rels", "unzip").match(/Target="[^"]*"/g)).toEqual([
      'Target="word/document.xml"',
      'Target="docProps/gone.xml"',
    ]);
  });

  it("ODF, with its entries in the manifest", async () => {
    const bytes = odt("<text:p/>", {
      "meta.xml": "<m/>",
      "manifest.rdf": "<r/>",
      "Thumbnails/thumbnail.png": "png",
    });
    expect(outcome(await disarmedBy(disarmerNamed("odf"), bytes))).toBe("clean");
    const result = await strippedOf("odf", bytes, NO_METADATA);
    expect(result.removed).toBe("2 metadata parts, 1 thumbnail");
    expect(listed(result.bytes, "unzip")).toEqual(["content.xml", "META-INF/manifest.xml"]);
    expect(unpacked(result.bytes, "META-INF/manifest.xml", "unzip").match(/full-path="[^"]*"/g)).toEqual([
      'full-path="content.xml"',
    ]);
  });

  it("flat ODF, but not text that is marked", async () => {
    const flat = (meta: string): Buffer =>
      Buffer.from(
        `<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:t">${meta}<text:meta>x</text:meta></office:document>`,
      );
    const bytes = flat("<office:meta><title>Secret</title></office:meta>");
    expect(outcome(await disarmedBy(disarmerNamed("odf-flat"), bytes))).toBe("clean");
    const result = await strippedOf("odf-flat", bytes, NO_METADATA);
    expect(result.removed).toBe("1 metadata element");
    expect(result.bytes.toString()).toContain(flat("").toString());
  });

  it("RTF", async () => {
    const bytes = rtf("{\\info{\\title Secret}{\\author A}}{\\*\\generator G;}\\pard text\\par");
    expect(outcome(await disarmedBy(disarmerNamed("rtf"), bytes))).toBe("clean");
    const result = await strippedOf("rtf", bytes, NO_METADATA);
    expect(result.removed).toBe("2 metadata groups");
    expect(result.bytes.toString()).toBe("{\\rtf1\\ansi \\pard text\\par}");
  });

  it("SVG, always", async () => {
    const bytes = svg('<metadata>Secret</metadata><rect width="1"/>');
    expect((await strippedOf("svg", bytes, KEEPING)).removed).toBe("1 metadata element");
  });
});
