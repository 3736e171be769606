import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packed, inFolder } from "../support/archives.ts";
import { MARKER } from "../support/clamd.ts";
import { filesCorpus } from "../support/files-corpus.ts";
import { inspected } from "../support/inspected.ts";
import { msgOf } from "../support/msg.ts";
import { pdfOf } from "../support/pdf.ts";

/** What acts in files, as bytes that clamscan looks for in every file that it unpacks, mails and documents included. */
const ACTIVE: Readonly<Record<string, string>> = {
  Marker: MARKER,
  "Pdf.Script": "/JavaScript",
  "Pdf.Launch": "/Launch",
  "Office.Macros": "vbaProject",
  "Rtf.Object": "\\objdata",
  "Svg.Script": "<script",
};

/** The names of these files in which clamscan finds something, and what: with signatures of the test's own and for VBA. */
function foundBy(files: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, string> {
  return inFolder((folder) => {
    const [database, scanned] = [join(folder, "own.ndb"), join(folder, "files")];
    const lines = Object.entries(ACTIVE).map(([name, bytes]) => `${name}:0:*:${Buffer.from(bytes).toString("hex")}`);
    writeFileSync(database, `${lines.join("\n")}\n`);
    mkdirSync(scanned);
    for (const [name, bytes] of files) writeFileSync(join(scanned, name), bytes);
    const words = ["-r", "--infected", "--no-summary", "--alert-macros=yes", `--database=${database}`, scanned];
    let output = "";
    try {
      output = execFileSync("clamscan", words, { encoding: "utf8", stdio: "pipe" });
    } catch (error) {
      // It ends with 1 where it found something, and with 2 where it failed.
      const { status, stdout } = error as { status: number; stdout: string };
      if (status !== 1) throw error;
      output = stdout;
    }
    const found = [...output.matchAll(/^(.*): (\S+) FOUND$/gm)];
    return new Map(found.map(([, path = "", what = ""]) => [path.slice(scanned.length + 1), what]));
  });
}

const script = pdfOf({ catalog: `/OpenAction << /S /JavaScript /JS (app.alert\\(${MARKER}\\)) >>` });
const mail = [
  "From: v@example.com",
  "Subject: Invoice",
  "MIME-Version: 1.0",
  "Content-Type: multipart/mixed; boundary=b",
  "",
  "--b",
  "Content-Type: text/html",
  "",
  `<p>Hello</p><script>${MARKER}</script>`,
  "--b",
  'Content-Type: application/pdf; name="a.pdf"',
  "Content-Transfer-Encoding: base64",
  "",
  script.toString("base64").replaceAll(/.{76}/g, "$&\r\n"),
  "--b--",
  "",
].join("\r\n");

/** Files with the marker where it acts, by name. */
const MARKED: Readonly<Record<string, Uint8Array>> = {
  "marked.pdf": script,
  "marked.rtf": Buffer.from(`{\\rtf1 words{\\object{\\*\\objdata ${MARKER}}{\\result icon}}}`),
  "marked.svg": Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg"><script>${MARKER}</script></svg>`),
  "marked.html": Buffer.from(`<p>words</p><script>${MARKER}</script>`),
  "marked.xml": Buffer.from(`<r><script xmlns="http://www.w3.org/1999/xhtml">${MARKER}</script></r>`),
  "marked.msg": msgOf({ attachments: [{ name: "a.pdf", bytes: script }] }),
  "marked.eml": Buffer.from(mail),
  "marked.zip": packed({ "a.pdf": script, "b.eml": mail }, "x.zip", "zip", "-q"),
};

describe.skipIf(!existsSync("/usr/bin/clamscan"))("clamscan, of everything that is delivered", () => {
  it("finds nothing that acts, where it found it before", { timeout: 300_000 }, async () => {
    const corpus = filesCorpus("pdf", "ooxml", "odf", "rtf", "svg", "ole2", "eml", "zip");
    const sent = new Map<string, Uint8Array>([
      ...Object.entries(MARKED),
      ...corpus.map(({ file, bytes }) => [file.replaceAll("/", "-"), bytes] as const),
    ]);
    const delivered = new Map<string, Uint8Array>();
    for (const [name, bytes] of sent) {
      const { verdict, body } = await inspected(bytes, typeFor(name));
      if (verdict !== "blocked") delivered.set(name, body);
    }
    for (const name of Object.keys(MARKED)) expect([name, delivered.has(name)]).toEqual([name, true]);
    const before = foundBy(sent);
    // Of several things in one file it names the first, and the marker never comes alone.
    const named = Object.keys(ACTIVE).filter((name) => name !== "Marker");
    expect([...before.values()]).toEqual(expect.arrayContaining(named.map((name) => `${name}.UNOFFICIAL`)));
    for (const name of Object.keys(MARKED)) expect([name, before.has(name)]).toEqual([name, true]);
    expect([...before.keys()].filter((name) => delivered.has(name)).length).toBeGreaterThan(20);
    expect([...foundBy(delivered)]).toEqual([]);
  });
});

function typeFor(name: string): string {
  const types: Readonly<Record<string, string>> = {
    html: "text/html",
    xml: "application/xml",
    svg: "image/svg+xml",
    eml: "message/rfc822",
  };
  return types[name.split(".").at(-1) ?? ""] ?? "application/octet-stream";
}
