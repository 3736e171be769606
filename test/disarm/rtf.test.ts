import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { rtfDisarmer } from "../../src/disarm/rtf.ts";
import { filesCorpus } from "../support/files-corpus.ts";
import { disarmedBy, opened, outcome, rebuiltBy } from "../support/disarmed.ts";
import { inspected, rulesOf, sanitized } from "../support/inspected.ts";
import { expectSettled } from "../support/mutated.ts";

const rtf = (content: string): Buffer => Buffer.from(`{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}${content}}`, "latin1");
const field = (instruction: string, shown = "shown"): string =>
  `{\\field{\\*\\fldinst ${instruction}}{\\fldrslt ${shown}}}`;
const OBJECT =
  "{\\object\\objemb\\objupdate{\\*\\objclass Package}{\\*\\objdata 0105000002000000}{\\result{\\b Icon}}}";
/** One white pixel. */
const PNG =
  "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63f80f0001010100" +
  "1bb6ee560000000049454e44ae426082";

/** What must not survive, by DISARM.md, wherever it stands. */
const ACTIVE =
  /\\(?:objdata|objupdate|objclass|objlink|objautlink|template|datastore|filetbl|bin)|DDE|INCLUDE|file:|\\\\\\\\host|wmetafile|emfblip/;

const ACTING = /.{0,80}(?:\\(?:objdata|objupdate)(?![A-Za-z])|\{\\\*\\fldinst DDE).{0,20}/;

/** The text of a document as unrtf reads it. */
function textByUnrtf(bytes: Uint8Array): string {
  const text = execFileSync("unrtf", ["--text", "--nopict"], { input: bytes, stdio: "pipe", cwd: tmpdir() }).toString(
    "latin1",
  );
  return text
    .replace(/^[^]*?-{10,}/, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}

describe("RTF", () => {
  it("passes as it came where it is text, styles, lists and links", async () => {
    const plain = rtf(
      `{\\stylesheet{\\*\\cs10 Strong;}}\\pard{\\b bold} {\\*\\bkmkstart a}x{\\*\\bkmkend a} ` +
        `${field('HYPERLINK "https://example.com/a" \\\\l "b"')} ${field(" PAGE ")}\\par`,
    );
    expect((await inspected(plain, "application/rtf")).body).toBe(plain);
    for (const { file: name, bytes } of filesCorpus("rtf"))
      if ((await disarmedBy(rtfDisarmer, bytes)).kind === "clean")
        expect(ACTIVE.test(bytes.toString("latin1")), name).toBe(false);
  });

  it.each([
    ["an object, but for its picture", OBJECT, "1 embedded object", "Icon"],
    ["an object linked to a file", OBJECT.replace("\\objemb", "\\objautlink"), "1 linked object", "Icon"],
    ["object data without an object", "{\\*\\objdata 0105}", "1 object's data", ""],
    ["object data amid other words", "{\\b x\\objdata 0105}", "1 misplaced group", "x"],
    ["an external template", "{\\*\\template http://e.example/a.dotm}", "1 external template", ""],
    ["a DDE field", field("DDEAUTO c:\\\\\\\\cmd.exe \\'22/k calc\\'22"), "1 DDEAUTO field", "shown"],
    ["a DDE field spelled in pieces", field("{D}{\\b D}\\'45AUTO cmd"), "1 DDEAUTO field", "shown"],
    ["a DDE field behind an ignored word", field("{\\*\\zzz PAGE }DDE a b"), "1 DDE field", "shown"],
    [
      "a field that spells another",
      field(`{\\field{\\*\\fldinst QUOTE 68 68 69}{\\fldrslt D}}`),
      "1 nested field",
      "shown",
    ],
    ["a picture from elsewhere", field('INCLUDEPICTURE "http://e.example/a" \\\\d'), "1 INCLUDEPICTURE field", "shown"],
    [
      "a link to a share",
      field('HYPERLINK "\\\\\\\\\\\\\\\\host\\\\\\\\a"'),
      "1 link outside http, https and mailto",
      "shown",
    ],
    ["a script link", field('HYPERLINK "javascript:alert(1)"'), "1 link outside http, https and mailto", "shown"],
    ["an instruction without a field", "{\\*\\fldinst DDE a b}", "1 misplaced field instruction", ""],
    ["a metafile", "{\\pict\\wmetafile8 0100}", "1 metafile or bitmap picture", ""],
    ["binary data", "a{\\b\\bin3 }{x}c", "1 binary block", "a"],
    ["a shape's hidden stream", "{\\sp{\\sn pFragments}{\\sv 1;4;0100}}", "1 shape property", ""],
    ["a data store", "{\\*\\datastore 504b}", "1 data store", ""],
    ["a group that nobody knows", "{\\*\\zzzz 00}", "1 unlisted group", ""],
    ["a form's macro", "{\\*\\ffentrymcr AutoOpen}", "1 form macro", ""],
  ])("loses %s", async (_, content, removed, shown) => {
    const result = await rebuiltBy(rtfDisarmer, rtf(`before ${content} after`));
    expect(result.removed).toContain(removed);
    expect(result.bytes.toString("latin1")).not.toMatch(ACTIVE);
    expect(textByUnrtf(result.bytes)).toMatch(new RegExp(`^before .*${shown}.*`));
    expect(outcome(await disarmedBy(rtfDisarmer, result.bytes))).toBe("clean");
  });

  it("never joins a control word to what follows it", async () => {
    expect((await rebuiltBy(rtfDisarmer, rtf("\\b{\\*\\zzz x}bold"))).bytes.toString()).toContain("\\b bold");
  });

  it("loses what stands after its end, and gets an end where it has none", async () => {
    expect((await rebuiltBy(rtfDisarmer, Buffer.concat([rtf("x"), Buffer.from("MZ")]))).bytes).toEqual(rtf("x"));
    expect((await rebuiltBy(rtfDisarmer, rtf("x").subarray(0, -1))).bytes).toEqual(rtf("x"));
    expect(rulesOf(await inspected(`{\\rtf1${"{".repeat(5000)}`, "application/rtf"))).toEqual([
      "lazaret/malformed/damaged",
    ]);
  });

  it("knows the short beginning that Word takes too", async () => {
    const short = `{\\rt${OBJECT}}`;
    expect((await sanitized(short, "application/rtf")).toString()).not.toContain("objdata");
  });

  it("names its pictures as files inside", async () => {
    const { members, disarmed } = await opened(rtfDisarmer, rtf(`{\\pict\\pngblip\\picw1\\pich1 ${PNG}}`));
    expect(members.map(({ bytes, contentType }) => [contentType, Buffer.from(bytes).toString("hex")])).toEqual([
      ["image/png", PNG],
    ]);
    expect(disarmed.kind).toBe("clean");
  });

  it("keeps the text of real documents, and nothing that acts", async () => {
    for (const { file: name, bytes } of filesCorpus("rtf")) {
      const result = await rebuiltBy(rtfDisarmer, bytes);
      expect(result.bytes.toString("latin1"), name).not.toMatch(ACTIVE);
      expect(outcome(await disarmedBy(rtfDisarmer, result.bytes)), name).toBe("clean");
      // Where a field went, its instruction is no more read as text.
      if (!/link|picture/.test(result.removed)) expect(textByUnrtf(result.bytes), name).toBe(textByUnrtf(bytes));
    }
  });

  it("answers whatever the bytes are, and the same twice", { timeout: 60_000 }, async () => {
    const seeds = [
      rtf(`${OBJECT}${field("DDE a b")}{\\pict\\pngblip ${PNG}}{\\sp{\\sn a}{\\sv 1}}`),
      ...filesCorpus("rtf").map(({ bytes }) => bytes),
    ];
    await expectSettled(rtfDisarmer, seeds, {
      words: ["{", "}", "\\", "\\*", "{\\*\\objdata 01", "\\bin9 ", "{\\field{\\*\\fldinst DDE}", "\\'", "\\objupdate"],
      numRuns: 300,
      check: (rebuilt) => expect(ACTING.exec(rebuilt.replaceAll("\\\\", "--"))?.[0]).toBeUndefined(),
    });
  });
});
