import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { pdfDisarmer } from "../../src/disarm/pdf.ts";
import { filesCorpus } from "../support/files-corpus.ts";
import { disarmedBy, outcome, rebuiltBy } from "../support/disarmed.ts";
import { inspected, rulesOf, sanitized } from "../support/inspected.ts";
import { expectSettled } from "../support/mutated.ts";
import {
  activeInPdf,
  complaintsOfQpdf,
  differingShare,
  drawnByPoppler,
  pagesByPoppler,
  pdfOf,
} from "../support/pdf.ts";

const disarmed = (bytes: Uint8Array) => disarmedBy(pdfDisarmer, bytes);
const rebuilt = (bytes: Uint8Array) => rebuiltBy(pdfDisarmer, bytes);
const link = (action: string): string => `/Annots [<< /Subtype /Link /Rect [0 0 9 9] /A ${action} >>]`;

const SCRIPT = "<< /S /JavaScript /JS (app.alert\\(1\\)) >>";
const stream = (dictionary: string, data: string): string =>
  `<< ${dictionary} /Length ${data.length} >>\nstream\n${data}\nendstream`;
const packed = (objects: readonly (readonly [number, string])[]): string => {
  let header = "";
  let content = "";
  for (const [number, body] of objects) {
    header += `${number} ${content.length} `;
    content += `${body} `;
  }
  const data = deflateSync(Buffer.from(header + content, "latin1")).toString("latin1");
  return stream(`/Type /ObjStm /N ${objects.length} /First ${header.length} /Filter /FlateDecode`, data);
};
const revised = (pdf: Buffer, object: string): Buffer =>
  Buffer.concat([pdf, Buffer.from(`${object}\ntrailer\n<< /Size 9 /Root 1 0 R >>\nstartxref\n0\n%%EOF\n`)]);

describe("PDF", () => {
  it("passes as it came where it only shows pages, signed or not", async () => {
    const plain = pdfOf({
      page: "/Contents 4 0 R /Annots [5 0 R]",
      objects: [
        stream("", "0 0 10 10 re f"),
        "<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://example.com/a) >> >>",
      ],
    });
    expect((await inspected(plain, "application/pdf")).body).toBe(plain);
    const signed = filesCorpus("pdf").find(({ file }) => file.endsWith("/signed_verified.pdf"));
    if (signed !== undefined) expect((await inspected(signed.bytes)).verdict).toBe("pass");
  });

  it.each([
    ["a script on opening", { catalog: `/OpenAction ${SCRIPT}` }, "1 script"],
    ["a script spelled with escapes", { catalog: "/OpenAction << /S /J#61v#61Script /J#53 (1) >>" }, "1 script"],
    [
      "scripts by name",
      { catalog: `/Names << /JavaScript << /Names [(a) ${SCRIPT} (b) ${SCRIPT}] >> >>` },
      "2 scripts",
    ],
    ["triggered actions", { page: `/AA << /O ${SCRIPT} /C ${SCRIPT} >>` }, "2 triggered actions"],
    ["a launch action", { page: link("<< /S /Launch /F (cmd.exe) >>") }, "1 launch action"],
    ["a form submission", { page: link("<< /S /SubmitForm /F (http://e.example) >>") }, "1 form submission"],
    ["a data import", { page: link("<< /S /ImportData /F (a.fdf) >>") }, "1 data import"],
    [
      "a link to a share",
      { page: link("<< /S /GoToR /F (//host/a.pdf) /D [0 /Fit] >>") },
      "1 link to another document",
    ],
    [
      "a local link",
      { page: link("<< /S /URI /URI (file:///etc/passwd) >>") },
      "1 link outside http, https and mailto",
    ],
    ["a script link", { page: link("<< /S /URI /URI (java\\nscript:x) >>") }, "1 link outside http, https and mailto"],
    ["a chained script", { page: link(`<< /S /GoTo /D [3 0 R /Fit] /Next ${SCRIPT} >>`) }, "1 chained action"],
    [
      "an embedded file",
      {
        catalog: "/Names << /EmbeddedFiles << /Names [(x.exe) << /F (x.exe) /EF << /F 4 0 R >> >>] >> >>",
        objects: [stream("/Type /EmbeddedFile", "MZ")],
      },
      "1 embedded file, 1 unreachable object",
    ],
    [
      "an attachment on the page",
      { page: "/Annots [<< /Subtype /FileAttachment /Rect [0 0 9 9] /FS << /F (x) /EF << /F 4 0 R >> >> >>]" },
      "1 attached file",
    ],
    ["a movie", { page: "/Annots [<< /Subtype /Movie /Rect [0 0 9 9] /Movie << /F (a.avi) >> >>]" }, "1 movie"],
    ["a 3D model", { page: "/Annots [<< /Subtype /3D /Rect [0 0 9 9] >>]" }, "1 3D model"],
    [
      "an XFA form",
      { catalog: "/AcroForm << /Fields [] /XFA 4 0 R >>", objects: [stream("", "<xdp/>")] },
      "1 XFA form",
    ],
    [
      "an external stream",
      { page: "/Contents 4 0 R", objects: [stream("/F (http://e.example)", "")] },
      "1 external stream",
    ],
    [
      "a PostScript object",
      { page: "/Resources << /XObject << /P 4 0 R >> >>", objects: [stream("/Type /XObject /Subtype /PS", "quit")] },
      "1 PostScript object",
    ],
    [
      "a page of another file",
      {
        page: "/Resources << /XObject << /P 4 0 R >> >>",
        objects: [stream("/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Ref << /F (b.pdf) /Page 0 >>", "")],
      },
      "1 external page",
    ],
  ] as const)("loses %s", async (_, parts, expected) => {
    const pdf = pdfOf(parts);
    const { bytes, removed } = await rebuilt(pdf);
    expect(removed).toContain(expected);
    expect(activeInPdf(bytes)).toEqual([]);
    expect(complaintsOfQpdf(bytes)).toBe("");
    expect(pagesByPoppler(bytes)).toBe(1);
    expect(outcome(await disarmed(bytes))).toBe("clean");
  });

  it("sees into object streams", async () => {
    const pdf = pdfOf({
      page: "/Annots [9 0 R]",
      objects: [packed([[9, `<< /Subtype /Link /Rect [0 0 9 9] /A ${SCRIPT} >>`]])],
    });
    expect((await rebuilt(pdf)).removed).toBe("1 script");
  });

  it("loses earlier revisions, what nothing refers to, and what stands around the document", async () => {
    const plain = pdfOf({});
    expect(
      (await rebuilt(revised(pdfOf({ catalog: `/OpenAction ${SCRIPT}` }), "1 0 obj\n<< /Pages 2 0 R >>\nendobj")))
        .removed,
    ).toBe("1 earlier revision, 1 superseded object");
    expect((await rebuilt(pdfOf({ objects: [SCRIPT] }))).removed).toBe("1 unreachable object");
    for (const polyglot of [
      Buffer.concat([plain, Buffer.from("PK\x03\x04 and so on")]),
      Buffer.from(plain.toString("latin1").replace("%PDF-1.7\n", "%PDF-1.7\n<script>alert(1)</script>\n"), "latin1"),
      Buffer.from(plain.toString("latin1").replace("endobj\n", "endobj\n%<?php system($_GET[0]);\n"), "latin1"),
    ]) {
      const safe = Buffer.from((await rebuilt(polyglot)).bytes).toString("latin1");
      expect(safe).not.toMatch(/PK|script|php/);
    }
  });

  it("gives each role of an object its own copy", async () => {
    const shared = "<< /Type /Pages /Kids [3 0 R] /Count 1 /S /JavaScript /JS (1) >>";
    const pdf = Buffer.from(
      pdfOf({ catalog: "/OpenAction 2 0 R" })
        .toString("latin1")
        .replace("<< /Type /Pages /Kids [3 0 R] /Count 1 >>", shared),
      "latin1",
    );
    expect(activeInPdf((await rebuilt(pdf)).bytes)).toEqual([]);
  });

  it("refuses what it cannot read, and says why", async () => {
    const refused = async (pdf: Buffer) => rulesOf(await inspected(pdf, "application/pdf"));
    expect(await refused(Buffer.from("%PDF-1.7\nnothing at all"))).toEqual(["lazaret/malformed/damaged"]);
    const locked = pdfOf({}).toString("latin1").replace("/Root 1 0 R", "/Root 1 0 R /Encrypt << /Filter /Standard >>");
    expect(await refused(Buffer.from(locked, "latin1"))).toEqual(["lazaret/unscannable/encrypted"]);
    const circle = pdfOf({}).toString("latin1").replace("[3 0 R]", "[2 0 R]");
    expect(await refused(Buffer.from(circle, "latin1"))).toEqual(["lazaret/malformed/damaged"]);
    const bomb = deflateSync(Buffer.alloc(64 << 20, "1 ")).toString("latin1");
    expect(
      await refused(pdfOf({ objects: [stream("/Type /Obj#53tm /N 1 /F#69rst 4 /Filter /FlateDecode", bomb)] })),
    ).toEqual(["lazaret/limits/decompressed"]);
  });

  it("is found behind other bytes, and where it is declared and no signature says so", async () => {
    const late = Buffer.concat([Buffer.from("some words\n"), pdfOf({ catalog: `/OpenAction ${SCRIPT}` })]);
    for (const type of ["application/octet-stream", "text/plain", "application/pdf"])
      expect((await sanitized(late, type)).toString("latin1")).toMatch(/^%PDF-1\.7(?![^]*JavaScript)/);
    const binary = Buffer.concat([Buffer.from("\xff\xfe words\n", "latin1"), late]).toString("base64");
    expect((await inspected(JSON.stringify({ file: binary }), "application/json")).verdict).toBe("sanitized");
    expect(rulesOf(await inspected("1 0 obj << /OpenAction 2 0 R >> endobj", "application/pdf"))).toEqual([
      "lazaret/malformed/damaged",
    ]);
    expect((await inspected("PDF files begin with %PDF-1.7", "text/plain")).verdict).toBe("pass");
  });

  it("is disarmed inside JSON as it is bare", async () => {
    const pdf = pdfOf({ catalog: `/OpenAction ${SCRIPT}` });
    const bare = await sanitized(pdf, "application/pdf");
    const json: { file: string } = JSON.parse(
      (await sanitized(JSON.stringify({ file: pdf.toString("base64") }), "application/json")).toString(),
    );
    expect(Buffer.from(json.file, "base64").equals(bare)).toBe(true);
  });

  it("keeps pages and looks of real documents, and nothing that acts", { timeout: 60_000 }, async () => {
    for (const { file: name, bytes } of filesCorpus("pdf").filter((_, index) => index % 4 === 0)) {
      const result = await disarmed(bytes);
      if (result.kind === "refused")
        expect(result.cause === "encrypted" || complaintsOfQpdf(bytes), outcome(result)).toBeTruthy();
      if (result.kind === "clean") expect(activeInPdf(bytes), name).toEqual([]);
      if (result.kind !== "rebuilt") continue;
      expect(activeInPdf(result.bytes), name).toEqual([]);
      expect(complaintsOfQpdf(result.bytes), name).toBe("");
      const before = drawnByPoppler(bytes);
      if (before === undefined) continue;
      expect(pagesByPoppler(result.bytes), name).toBe(pagesByPoppler(bytes));
      expect(differingShare(before, drawnByPoppler(result.bytes) ?? []), name).toBeLessThanOrEqual(0.001);
    }
  });

  it("answers whatever the bytes are, and the same twice", { timeout: 60_000 }, async () => {
    const samples = filesCorpus("pdf")
      .map(({ bytes }) => bytes)
      .filter(({ length }) => length < 30_000);
    const seeds = [...samples, pdfOf({ catalog: `/OpenAction ${SCRIPT}`, page: link(SCRIPT) })];
    await expectSettled(pdfDisarmer, seeds, {
      words: ["/JS", " 9 0 obj ", "<<", ">>", " 3 0 R ", "stream", "endobj", "[[[[", "/Kids", "/#4a#53"],
      numRuns: 150,
      check: (latin1) => expect(latin1).not.toMatch(/\/(?:JavaScript|OpenAction|Launch|EmbeddedFiles)\b/),
    });
  });
});
