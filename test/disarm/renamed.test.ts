import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { renamedFor } from "../../src/core/renamed.ts";
import { createInspector } from "../../src/index.ts";
import { packed } from "../support/archives.ts";
import { filesCorpus } from "../support/files-corpus.ts";
import { inspected } from "../support/inspected.ts";

const [macros = Buffer.alloc(0)] = filesCorpus("ooxml").flatMap(({ file, bytes }) =>
  file.endsWith("SimpleMacro.docm") ? [bytes] : [],
);
const MACRO_TYPE = "application/vnd.ms-word.document.macroEnabled.12";
const PLAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

describe("a document that lost its macros is of the plain kind, and so is what says what it is", () => {
  it("in the header of a response", async () => {
    const inspector = await createInspector({ policy: { antivirus: { engines: [] } } });
    const headers = {
      "Content-Type": MACRO_TYPE,
      "Content-Disposition": "attachment; filename=\"Q1.docm report.docm\"; filename*=UTF-8''Q1.docm",
    };
    const verdict = await inspector.inspect({ body: macros, headers });
    expect(verdict.verdict).toBe("sanitized");
    expect(Object.fromEntries(verdict.headers)).toMatchObject({
      "Content-Type": PLAIN_TYPE,
      "Content-Disposition": "attachment; filename=\"Q1.docm report.docx\"; filename*=UTF-8''Q1.docx",
    });
    const again = await inspector.inspect({ body: verdict.body, headers: Object.fromEntries(verdict.headers) });
    expect([again.verdict, again.findings]).toEqual(["pass", []]);
    await inspector.close();
  });

  it("in a mail", async () => {
    const body = [
      "From: v@example.com",
      "Subject: Papers",
      "MIME-Version: 1.0",
      "Content-Type: multipart/mixed; boundary=b",
      "",
      "--b",
      `Content-Type: ${MACRO_TYPE};`,
      ' name="a.docm"',
      'Content-Disposition: attachment; filename="a.docm"',
      "Content-Transfer-Encoding: base64",
      "",
      macros.toString("base64").replaceAll(/.{76}/g, "$&\r\n"),
      "--b--",
      "",
    ].join("\r\n");
    const verdict = await inspected(body, "message/rfc822");
    expect(verdict.verdict).toBe("sanitized");
    const text = Buffer.from(verdict.body).toString();
    expect(text).not.toContain("docm");
    const [file] = (await PostalMime.parse(text)).attachments;
    expect([file?.filename, file?.mimeType]).toEqual(["a.docx", PLAIN_TYPE]);
    expect((await inspected(verdict.body, "message/rfc822")).verdict).toBe("pass");
  });

  it("in archives, unless another member has that name", async () => {
    for (const [archive, program, word] of [
      ["x.zip", "zip", "-q"],
      ["x.tar", "tar", "-cf"],
    ] as const) {
      const body = packed({ "a.docm": macros, "b.docm": macros, "b.docx": "words" }, archive, program, word);
      const verdict = await inspected(body);
      expect([archive, verdict.verdict]).toEqual([archive, "sanitized"]);
      const delivered = Buffer.from(verdict.body).toString("latin1");
      const names = ["a.docm", "a.docx", "b.docm", "b.docx"].filter((name) => delivered.includes(name));
      expect(names).toEqual(["a.docx", "b.docm", "b.docx"]);
      expect((await inspected(verdict.body)).verdict).toBe("pass");
    }
  });

  it("and one that had to lose nothing stays what it is", async () => {
    const clean = await inspected(macros, MACRO_TYPE);
    const again = await inspected(clean.body, MACRO_TYPE);
    expect([again.verdict, again.headers]).toEqual(["pass", [["Content-Type", MACRO_TYPE]]]);
  });
});

it("only the ending of a document's name changes, at the end of a name", () => {
  expect(renamedFor("a.docm.exe", PLAIN_TYPE)).toBe("a.docm.exe");
  expect(renamedFor("a.DOCM", PLAIN_TYPE)).toBe("a.docx");
  expect(renamedFor("folder.docm/notes.txt", PLAIN_TYPE)).toBe("folder.docm/notes.txt");
  expect(renamedFor("report.odt", "application/pdf")).toBe("report.pdf");
  expect(renamedFor("a.docm", "image/png")).toBe("a.docm");
});
