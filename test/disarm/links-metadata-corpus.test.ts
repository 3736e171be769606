import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import type { DisarmOptions } from "../../src/core/disarm-policy.ts";
import { DISARMERS } from "../../src/disarm/registry.ts";
import { disarmedBy, KEEPING, outcome, STRIPPING } from "../support/disarmed.ts";
import { filesCorpus } from "../support/files-corpus.ts";
import { linksIn, metadataByExifTool } from "../support/links-metadata.ts";
import { expectSettled } from "../support/mutated.ts";
import { hasLibreOffice, wordsOf } from "../support/libreoffice.ts";

const documents = filesCorpus("pdf", "ooxml", "odf", "odf-flat", "rtf", "svg").flatMap((document) => {
  const disarmer = DISARMERS.find(({ name }) => name === document.format);
  // A bomb runs out of its budget, whatever is wanted of it.
  return disarmer === undefined || document.file.includes("xmlbomb") ? [] : [{ ...document, disarmer }];
});

/** What is delivered of the documents that are not refused, by their names. */
async function delivered(options: DisarmOptions) {
  const answers = await Promise.all(
    documents.map(async ({ file, format, bytes, disarmer }) => ({
      file,
      format,
      bytes,
      disarmer,
      disarmed: await disarmedBy(disarmer, bytes, options),
    })),
  );
  return answers.flatMap((answer) => {
    const { disarmed, bytes } = answer;
    if (disarmed.kind === "refused") return [];
    return [{ ...answer, bytes: disarmed.kind === "rebuilt" ? disarmed.bytes : bytes }];
  });
}

const kept = await delivered(KEEPING);
const stripped = await delivered(STRIPPING);

describe("documents of the corpus", () => {
  it.each([
    ["keep links and metadata", KEEPING],
    ["lose both", STRIPPING],
    ["lose links", { ...KEEPING, links: "strip" }],
    ["lose metadata", { ...KEEPING, metadata: "strip" }],
  ] as const)("are clean when they are disarmed again where they %s", async (_, options) => {
    for (const { file, bytes, disarmer } of await delivered(options))
      expect(outcome(await disarmedBy(disarmer, bytes, options)), file).toBe("clean");
  });

  it("are refused or not whatever becomes of links and metadata", () => {
    expect(stripped.map(({ file }) => file)).toEqual(kept.map(({ file }) => file));
    expect(stripped.length).toBeGreaterThan(100);
  });

  it("have no link to the outside where links go", () => {
    const losing = stripped.flatMap(({ disarmed }, at) =>
      disarmed.kind === "rebuilt" && disarmed.removed.some(({ one }) => one === "link") ? [kept[at]] : [],
    );
    expect(losing.length).toBeGreaterThan(12);
    for (const document of losing)
      expect(linksIn(document?.format ?? "", document?.bytes ?? Buffer.alloc(0)), document?.file).not.toEqual([]);
    for (const { file, format, bytes } of stripped) expect(linksIn(format, bytes), file).toEqual([]);
  });

  it("say nothing of themselves where metadata goes", () => {
    const telling = (list: typeof stripped) => {
      // ExifTool takes the whole text of the others for metadata.
      const read = list.filter(({ format }) => format !== "odf-flat" && format !== "svg");
      const named = read.map(({ file, bytes }) => [file.replaceAll("/", "-"), bytes] as const);
      return [...metadataByExifTool(Object.fromEntries(named))].filter(([, tags]) => tags.length > 0);
    };
    expect(telling(kept).length).toBeGreaterThan(80);
    expect(telling(stripped)).toEqual([]);
    const flat = (list: typeof stripped) =>
      list.filter(({ format, bytes }) => format === "odf-flat" && Buffer.from(bytes).includes("<office:meta>"));
    expect([flat(kept).length, flat(stripped).length]).toEqual([3, 0]);
  });

  it.each([
    ["pdf", ["/URI", "/Info 3 0 R", "/A << /S /URI /URI (https://x.example) >>", "<<", ">>", "endobj"]],
    ["rtf", ['{\\field{\\*\\fldinst HYPERLINK "https://x.example"}}', "{\\info ", "{", "}", "\\title", "\\*"]],
    [
      "odf-flat",
      ["<office:meta>", '<text:a xlink:href="https://x.example">', "</text:a>", ' xlink:href="#a"', "&#x68;"],
    ],
    ["svg", ['<a href="https://x.example">', "</a>", "<metadata>", "&#x68;", ' href="b.html"']],
  ] as const)("of the format %s lose all at once, however they are damaged", async (format, words) => {
    const seeds = documents.filter((document) => document.format === format && document.bytes.length < 50_000);
    const [first] = seeds;
    if (first === undefined) throw new Error(`no document of the format ${format}`);
    const bytes = seeds.map((document) => document.bytes);
    await expectSettled(first.disarmer, bytes, { words, numRuns: 100, options: STRIPPING });
  });

  it("that lose nothing are the same bytes", () => {
    const clean = stripped.filter(({ disarmed }) => disarmed.kind === "clean");
    expect(clean.length).toBeGreaterThan(10);
    for (const { file, bytes } of clean)
      expect(bytes, file).toBe(documents.find((document) => document.file === file)?.bytes);
  });

  it.skipIf(!hasLibreOffice)("say the same words in LibreOffice as with their links and metadata", () => {
    const names =
      /\/(?:56392\.docx|58618\.docx|61991\.docx|45690\.docm|53282\.xlsx|ExcelWithHyperlinks\.xlsx|testODFwithOOo3\.odt|testODTMacro\.fodt|testRTFHyperlinkAndStyles\.rtf)$/;
    const wordsIn = (list: typeof stripped) => {
      const chosen = list.filter(({ file }) => names.test(`/${file}`));
      return wordsOf(Object.fromEntries(chosen.map(({ file, bytes }) => [basename(file), bytes] as const)));
    };
    const words = wordsIn(kept);
    expect([...words.values()].filter((text) => text !== undefined)).toHaveLength(9);
    expect(wordsIn(stripped)).toEqual(words);
  });
});
