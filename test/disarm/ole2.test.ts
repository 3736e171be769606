import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { msgDisarmer } from "../../src/disarm/msg.ts";
import { ole2Disarmer } from "../../src/disarm/ole2.ts";
import { filesCorpus } from "../support/files-corpus.ts";
import { disarmedBy, outcome, rebuiltBy } from "../support/disarmed.ts";
import { inspected, rulesOf, sanitized } from "../support/inspected.ts";
import { msgOf, readByMsgconvert } from "../support/msg.ts";
import { damages, expectSettled, mutated } from "../support/mutated.ts";
import { pdfOf } from "../support/pdf.ts";

const SCRIPTED = pdfOf({ catalog: "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>" });
const corpusFile = (name: string): Buffer | undefined =>
  filesCorpus("ole2").find(({ file }) => file === `ole2/${name}`)?.bytes;

describe("legacy Office documents", () => {
  it.each([
    ["SimpleMacro.doc", "legacy-office: 2 macro modules in a legacy Word document"],
    ["mortgage-calculation.xls", "legacy-office: 5 macro modules in a legacy Excel workbook"],
    [
      "testMSEquation-govdocs-863534.doc",
      "legacy-office: 1 embedded object, 1 equation object in a legacy Word document",
    ],
    ["TestSectionDictionary.doc", "legacy-office: 1 embedded object, 1 embedded file in a legacy Word document"],
    ["52117.doc", "legacy-office: a legacy Word document can hide what acts"],
    ["60320-protected.xlsx", "encrypted: the document is encrypted"],
    [
      "clusterfuzz-testcase-minimized-POIHSSFFuzzer-5816431116615680.xls",
      "damaged: a stream of the OLE2 file leaves the file",
    ],
  ])("%s is blocked with the reason", async (name, reason) => {
    const bytes = corpusFile(name);
    if (bytes === undefined) return;
    expect(outcome(await disarmedBy(ole2Disarmer, bytes))).toBe(reason);
    expect((await inspected(bytes)).verdict).toBe("blocked");
  });

  it("are blocked every one, however they are damaged", { timeout: 60_000 }, async () => {
    const seeds = filesCorpus("ole2")
      .map(({ bytes }) => bytes)
      .filter(({ length }) => length < 60_000);
    if (seeds.length === 0) return;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...seeds), damages(["\xff\xff\xff\xff", "\0\0\0\0"]), async (seed, edits) => {
        expect((await disarmedBy(ole2Disarmer, mutated(seed, edits))).kind).toBe("refused");
      }),
      { numRuns: 200 },
    );
  });
});

describe("Outlook messages", () => {
  it("pass as they came where nothing has to go", async () => {
    const msg = msgOf({ html: "<p>Dear customer</p>", attachments: [{ name: "a.txt", bytes: Buffer.from("words") }] });
    expect((await inspected(msg, "application/vnd.ms-outlook")).body).toBe(msg);
  });

  it("are put together again with bodies and attachments disarmed", async () => {
    const safe = await sanitized(
      msgOf({
        html: "<p>Dear customer</p><script>alert(1)</script>",
        attachments: [
          { name: "invoice.pdf", bytes: SCRIPTED },
          { name: "notes.txt", bytes: Buffer.from("plain words") },
        ],
      }),
    );
    const mail = await readByMsgconvert(safe);
    expect([mail.subject, mail.html?.trim(), mail.text?.trim()]).toEqual([
      "Your invoice",
      "<p>Dear customer</p>",
      "Dear customer",
    ]);
    const [pdf, notes] = mail.attachments.map(({ content }) => Buffer.from(content as ArrayBuffer).toString("latin1"));
    expect(pdf).toMatch(/^%PDF-/);
    expect(pdf).not.toContain("JavaScript");
    expect(notes).toBe("plain words");
  });

  it("lose objects, files elsewhere, paths to other computers and streams that no message has", async () => {
    const { bytes, removed } = await rebuiltBy(
      msgDisarmer,
      msgOf({
        attachments: [
          { name: "object", bytes: Buffer.from("x"), method: 6 },
          { name: "elsewhere", bytes: Buffer.from("x"), method: 4 },
          { name: "kept.txt", bytes: Buffer.from("words") },
        ],
        properties: [[0x8005001f, Buffer.from("\\\\192.0.2.1\\share\\sound.wav", "utf16le")]],
        more: { "Macros/VBA/Module1": Buffer.from("Sub AutoOpen()") },
      }),
    );
    for (const words of ["1 embedded object", "1 file reference", "1 path to another computer", "unlisted stream"])
      expect(removed).toContain(words);
    expect(outcome(await disarmedBy(msgDisarmer, bytes))).toBe("clean");
    expect(bytes.includes(Buffer.from("192.0.2.1", "utf16le"))).toBe(false);
    expect((await readByMsgconvert(bytes)).attachments.map(({ filename }) => filename)).toEqual(["kept.txt"]);
  });

  it("lose the form that they bring, with its script, wherever its properties are numbered", async () => {
    // Long identifiers of the form's script and page and of a property that stays (MS-OXPROPS), at 0x8000 to 0x8002.
    const names = [0x8541, 0x8513, 0x8542].map((identifier, index) => {
      const entry = Buffer.alloc(8);
      entry.writeUInt32LE(identifier, 0);
      entry.writeUInt16LE(3 << 1, 4);
      entry.writeUInt16LE(index, 6);
      return entry;
    });
    const script = Buffer.from('Function Item_Open()\r\nCreateObject("WScript.Shell")\r\nEnd Function', "utf16le");
    const form = (...numbers: readonly Buffer[]): Buffer =>
      msgOf({
        properties: [
          [0x80000102, script],
          [0x80010102, Buffer.from("a page of the form")],
          [0x80020102, Buffer.from("some flag")],
        ],
        more: { "__nameid_version1.0/__substg1.0_00030102": Buffer.concat(numbers) },
      });
    const { bytes, removed } = await rebuiltBy(msgDisarmer, form(...names));
    expect(removed).toBe("1 form script, 1 custom form page");
    expect(outcome(await disarmedBy(msgDisarmer, bytes))).toBe("clean");
    expect([script, "a page of the form", "some flag"].map((piece) => bytes.includes(piece))).toEqual([
      false,
      false,
      true,
    ]);
    const mail = await readByMsgconvert(bytes);
    expect([mail.subject, mail.text?.trim()]).toEqual(["Your invoice", "Dear customer"]);
    // A name given as text, and numbers that mean something else, are no form.
    const textual = names.map((entry) => Buffer.from(entry).fill(7, 4, 5));
    expect(outcome(await disarmedBy(msgDisarmer, form(...textual)))).toBe("clean");
  });

  it("lose an attachment that cannot be made safe only where policy lets the rest through", async () => {
    const msg = msgOf({
      attachments: [{ name: "a.exe", bytes: Buffer.from(`MZ\x90\0\x03\0${"\0".repeat(64)}`, "latin1") }],
    });
    expect(rulesOf(await inspected(msg))).toContain("lazaret/unscannable/executable");
  });

  it("show the RTF that they hold compressed", async () => {
    // The example of MS-OXRTFCP, section 3.1.1.
    const packed = Buffer.from(
      "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0",
      "hex",
    );
    const verdict = await inspected(msgOf({ rtf: packed }));
    expect(verdict.verdict).toBe("pass");
    const hostile = Buffer.from("{\\rtf1{\\object{\\*\\objdata 0105}}words}");
    const plain = Buffer.alloc(16);
    plain.writeUInt32LE(hostile.length + 12, 0);
    plain.writeUInt32LE(hostile.length, 4);
    plain.writeUInt32LE(0x414c454d, 8);
    const safe = await sanitized(msgOf({ rtf: Buffer.concat([plain, hostile]) }));
    expect(safe.includes("objdata")).toBe(false);
    expect(safe.includes("words")).toBe(true);
  });

  it("of the corpus stay readable", { timeout: 60_000 }, async () => {
    for (const { file: name, bytes } of filesCorpus("ole2").filter(({ file }) => file.endsWith(".msg"))) {
      const result = await disarmedBy(msgDisarmer, bytes);
      if (result.kind !== "rebuilt") continue;
      const [before, after] = [await readByMsgconvert(bytes), await readByMsgconvert(result.bytes)];
      expect([after.subject, after.text], name).toEqual([before.subject, before.text]);
    }
  });

  it("are answered whatever the bytes are, and the same twice", { timeout: 60_000 }, async () => {
    const whole = msgOf({
      html: "<p>x</p>",
      attachments: [{ name: "o", bytes: SCRIPTED, method: 6 }],
      properties: [[0x8005001f, Buffer.from("\\\\h\\s", "utf16le")]],
    });
    await expectSettled(msgDisarmer, [whole], { words: ["\xff\xff\xff\xff", "\0\0\0\0", "\x01"], numRuns: 200 });
  });
});
