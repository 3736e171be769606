import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { activeContentOf } from "../support/active-content.ts";
import { unpacked } from "../support/archives.ts";
import { filesCorpus } from "../support/files-corpus.ts";
import { inspected, rulesOf, sanitized } from "../support/inspected.ts";
import { expectVerdicts } from "../support/mutated.ts";
import { PACKAGE, WORD, TEXT, field, paragraph, relationship, run, wordDocument } from "../support/word-document.ts";
import { hasLibreOffice, wordsOf } from "../support/libreoffice.ts";

async function said(document: Buffer): Promise<string[]> {
  return (await inspected(document)).findings.map(({ evidence }) => evidence);
}
const documentOf = (bytes: Buffer): string => unpacked(bytes, "word/document.xml", "unzip");

describe("an OOXML document", () => {
  it("passes as it came where nothing in it acts", async () => {
    const body = wordDocument(
      TEXT + field(' HYPERLINK "https://x.example" '),
      relationship("hyperlink", "https://x.example", "External"),
    );
    const verdict = await inspected(body);
    expect(verdict.findings).toEqual([]);
    expect(verdict.body).toBe(body);
  });

  it("loses its macros and is of the plain kind afterwards", async () => {
    const body = wordDocument(
      TEXT,
      relationship("vbaProject", "vbaProject.bin"),
      { "word/vbaProject.bin": "macros" },
      "application/vnd.ms-word.document.macroEnabled.main+xml",
    );
    expect(await said(body)).toEqual(["1 macro project"]);
    const safe = await sanitized(body);
    expect(activeContentOf(safe)).toEqual([]);
    expect(unpacked(safe, "\\[Content_Types\\].xml", "unzip")).toContain(`${WORD}.document.main+xml`);
    expect(documentOf(safe)).toContain("Hello");
  });

  it.each([
    ["attachedTemplate", "https://e.example/t.dotm", "1 external template"],
    ["oleObject", "file://e.example/x.xls", "1 embedded object"],
    ["image", "https://e.example/i.png", "1 linked image"],
    ["hyperlink", "javascript:f()", "1 hostile hyperlink"],
    ["hyperlink", "file:///c:/x.exe", "1 hostile hyperlink"],
    ["frame", "https://e.example/f.htm", "1 linked document"],
    ["unheardOf", "https://e.example", "1 external reference"],
  ])("loses an external %s to %s, with what refers to it", async (type, target, noun) => {
    const body = wordDocument(`${TEXT}<w:altChunk r:id="rId9"/>`, relationship(type, target, "External"));
    expect(await said(body)).toEqual([noun]);
    const safe = await sanitized(body);
    expect(documentOf(safe)).not.toContain("rId9");
    expect(activeContentOf(safe)).toEqual([]);
  });

  it("keeps the text of a link that goes", async () => {
    const body = wordDocument(
      paragraph(`<w:hyperlink r:id="rId9">${run("link")}</w:hyperlink>`),
      relationship("hyperlink", "javascript:f()", "External"),
    );
    expect(documentOf(await sanitized(body))).toContain("<w:hyperlink><w:r><w:t>link</w:t></w:r></w:hyperlink>");
  });

  it.each([
    [' DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc" '],
    ["DD", "EAUTO cmd"],
    [" INCLUDEPICTURE ", '"https://e.example/x.png"'],
    [' HYPERLINK "file:///c:/x.exe" '],
    [" QUOTE ", "DDE cmd"],
  ])("loses the instruction of a field that acts, in pieces too: %s %s", async (...instructions) => {
    const safe = documentOf(await sanitized(wordDocument(TEXT + field(...instructions))));
    expect(safe).not.toContain("instrText");
    expect(safe).toContain("shown");
  });

  it("keeps the instructions of fields that only show something", async () => {
    expect(await said(wordDocument(field(" PAGE ") + field(' TOC \\o "1-3" ') + field(' DATE \\@ "d" ')))).toEqual([]);
  });

  it("is blocked where its XML defines entities, where parts have the same name, and where it is binary", async () => {
    const entity = wordDocument(TEXT, "", {
      "word/document.xml": '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>',
    });
    expect(rulesOf(await inspected(entity))).toEqual(["lazaret/xxe/doctype"]);
    expect(rulesOf(await inspected(wordDocument(TEXT, "", { "word/DOCUMENT.xml": "<x/>" })))).toEqual([
      "lazaret/malformed/damaged",
    ]);
  });

  it("goes by what a part is, whatever relationship leads to it", async () => {
    const types = `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/vnd.ms-office.activeX+xml"/><Override PartName="/word/document.xml" ContentType="${WORD}.document.main+xml"/></Types>`;
    const body = wordDocument(TEXT, relationship("chart", "x.xml"), {
      "word/x.xml": "<x/>",
      "[Content_Types].xml": types,
    });
    expect(await said(body)).toEqual(["1 unknown part"]);
  });

  it("reads attributes as XML spells them", async () => {
    const macro = wordDocument(`${TEXT}<w:drawing macro\n=\t"[0]!Run"/>`);
    expect(await said(macro)).toEqual(["1 macro call"]);
    const action = wordDocument(`${TEXT}<a:hlinkClick xmlns:a="urn:a" action = 'ppaction://program'/>`);
    expect(await said(action)).toEqual(["1 action on a slide"]);
    const hidden = wordDocument(field("DDEAUTO cmd").replaceAll("instrText", "instrText\n"));
    expect(await said(hidden)).toEqual(["1 field that acts"]);
    const deleted = wordDocument(field("DDEAUTO cmd").replaceAll("instrText", "delInstrText"));
    expect(await said(deleted)).toEqual(["1 field that acts"]);
    const section = wordDocument(TEXT + field("<![CDATA[DDEAUTO cmd]]>"));
    expect(await said(section)).toEqual(["1 field that acts"]);
    const reference = wordDocument(TEXT + field("&#x44;DEAUTO cmd"));
    expect(await said(reference)).toEqual(["1 field that acts"]);
  });

  it("loses parts that nothing refers to", async () => {
    expect(await said(wordDocument(TEXT, "", { "word/hidden.xml": "<x/>" }))).toEqual(["1 unreferenced part"]);
  });
});

it("an Open Document that has an empty list of scripts still has one when it is written anew", async () => {
  const document = (content: string): string =>
    `<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">${content}</office:document>`;
  const safe = await sanitized(document("<office:scripts/><office:event-listeners><e/></office:event-listeners>"));
  expect(safe.toString()).toContain(document("<office:scripts/>"));
});

const documents = filesCorpus("ooxml", "odf", "odf-flat");

describe("office documents of the corpus", () => {
  it("are rebuilt, hold nothing that acts, and pass when they are inspected again; each refusal has a reason", async () => {
    const blocked: string[] = [];
    for (const { file, format, bytes } of documents) {
      const verdict = await inspected(bytes);
      if (verdict.verdict === "blocked") blocked.push(`${basename(file)} ${rulesOf(verdict).join(" ")}`);
      if (verdict.verdict !== "sanitized") continue;
      expect((await inspected(verdict.body)).findings, file).toEqual([]);
      if (format !== "odf-flat") expect(activeContentOf(verdict.body), file).toEqual([]);
    }
    expect(blocked).toEqual([
      "ExternalEntityInText.docx lazaret/xxe/doctype",
      "54764-2.xlsx lazaret/xxe/doctype",
      "54764.xlsx lazaret/xxe/doctype",
      "bug66682.xlsb lazaret/unscannable/unsupported",
      "duplicate-filename-case-insensitive.xlsx lazaret/malformed/damaged",
      "duplicate-filename.xlsx lazaret/malformed/damaged",
      "poc-xmlbomb-empty.xlsx lazaret/limits/ratio",
    ]);
  });

  it.skipIf(!hasLibreOffice)("say the same words in LibreOffice as before", async () => {
    const names =
      /\/(?:45690\.docm|testExternalRefs\.docx|54399\.xlsx|56502\.xlsx|56812\.pptx|testODPMacro\.odp|testODSMacro\.ods|testODTMacro\.fodt)$/;
    const before: Record<string, Uint8Array> = {};
    const after: Record<string, Uint8Array> = {};
    for (const { file, bytes } of documents.filter((document) => names.test(`/${document.file}`))) {
      const name = basename(file).replace(".", "-");
      before[`${name}.${file.split(".").at(-1)}`] = bytes;
      after[`${name}.${file.split(".").at(-1)?.replace("docm", "docx")}`] = await sanitized(bytes);
    }
    expect([...wordsOf(after).values()]).toEqual([...wordsOf(before).values()]);
    expect(Object.keys(after).length).toBe(8);
  });

  it("never make the inspection fail, however they are mutated", async () => {
    const seeds = [
      wordDocument(TEXT + field("DDE x"), relationship("hyperlink", "file:///x", "External")),
      ...documents
        .filter(({ file }) => /SimpleMacro\.docm|testODSMacro\.(?:ods|fods)/.test(file))
        .map(({ bytes }) => bytes),
    ];
    await expectVerdicts(seeds, 150);
  });
});
