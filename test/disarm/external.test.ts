import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { Budget } from "../../src/core/budget.ts";
import type { Disarmed } from "../../src/core/disarmed.ts";
import { openWithPrograms } from "../../src/disarm/external/open.ts";
import type { ExternalPrograms } from "../../src/disarm/external/programs.ts";
import { pdfDisarmer } from "../../src/disarm/pdf.ts";
import { createInspector } from "../../src/index.ts";
import { networkIsolation } from "../../src/disarm/external/run.ts";
import { packed } from "../support/archives.ts";
import { lazaret } from "../support/command-line.ts";
import { inspected } from "../support/inspected.ts";
import { KEEPING } from "../support/disarmed.ts";
import { defaultPolicy } from "../support/policy.ts";
import { filesCorpus } from "../support/files-corpus.ts";
import { activeInPdf, complaintsOfQpdf, pagesByPoppler, pdfOf } from "../support/pdf.ts";
import { temporaryFolder } from "../support/vendor.ts";

const PROGRAMS = { pdftoppm: "pdftoppm", soffice: "soffice", qpdf: "qpdf" };
const DRAWING = "1 0 0 rg 20 20 60 90 re f 0 0 1 rg 9 9 5 5 re f";
const SCRIPTED = pdfOf({
  catalog: "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>",
  page: "/Contents 4 0 R",
  objects: [`<< /Length ${DRAWING.length} >>\nstream\n${DRAWING}\nendstream`],
});
const fromCorpus = (end: string): Buffer =>
  filesCorpus().find(({ file }) => file.endsWith(end))?.bytes ?? Buffer.alloc(0);

const flattening = await createInspector({
  policy: { disarm: { pdf: "flatten", office: "flatten" }, limits: { time: "60s" }, antivirus: { engines: [] } },
  external: PROGRAMS,
});
afterAll(async () => await flattening.close());

/** What a PDF with a script comes to where it is to be flattened by this `pdftoppm`, within a time of the exchange. */
async function flattenedBy(program: Partial<ExternalPrograms>, time = 60_000): Promise<Disarmed> {
  const programs = {
    pdftoppm: "pdftoppm",
    soffice: undefined,
    qpdf: undefined,
    memory: 2 ** 31,
    time: 30_000,
    ...program,
  };
  const budget = new Budget({ ...defaultPolicy().limits, pixels: 1_000_000, time }, () => performance.now());
  return (await openWithPrograms(pdfDisarmer, SCRIPTED, { ...KEEPING, flatten: true }, programs, budget)).disarmed;
}

/** The first page of a PDF as Poppler draws it at 150 dots an inch. */
function drawn(pdf: Uint8Array): Buffer {
  return execFileSync("pdftoppm", ["-r", "150", "-l", "1", "-"], { input: pdf, maxBuffer: 2 ** 26 });
}

/** The first picture in a PDF as `pdfimages` takes it out. */
function pictureIn(pdf: Uint8Array): Buffer {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "a.pdf"), pdf);
  execFileSync("pdfimages", ["a.pdf", "picture"], { cwd: folder });
  return readFileSync(join(folder, "picture-000.ppm"));
}

/** A program of the test's own in place of `pdftoppm`: this script. */
function scripted(script: string): { readonly pdftoppm: string } {
  const pdftoppm = join(temporaryFolder(), "program");
  writeFileSync(pdftoppm, `#!/bin/sh\n${script}\n`);
  chmodSync(pdftoppm, 0o755);
  return { pdftoppm };
}

const leftovers = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("lazaret-external-"));

it("flatten makes the pages of a PDF pictures that look the same, once", async () => {
  const original = fromCorpus("testPDF_acroform3.pdf");
  const verdict = await flattening.inspect({ body: original });
  expect(verdict.findings.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^1 metadata packet, 1 page made a picture in application\/pdf$/),
  ]);
  const flat = verdict.body;
  expect([activeInPdf(flat), complaintsOfQpdf(flat), pagesByPoppler(flat)]).toEqual([[], "", 1]);
  expect(pictureIn(flat).equals(drawn(original))).toBe(true);
  expect((await flattening.inspect({ body: flat })).verdict).toBe("pass");
  expect((await inspected(flat)).verdict).toBe("pass");
});

it("a PDF that only looks flat is drawn all the same", async () => {
  const { body: flat } = await flattening.inspect({ body: SCRIPTED });
  const coded = Buffer.from(Buffer.from(flat).toString("latin1").replace("/FlateDecode", "/DCTDecode  "), "latin1");
  const verdict = await flattening.inspect({ body: coded });
  expect(verdict.verdict).not.toBe("pass");
});

it("flatten makes office documents, old ones too, PDF of pictures wherever they are, and says so in Content-Type", async () => {
  const docx = fromCorpus("testExternalRefs.docx");
  const contentType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  const verdict = await flattening.inspect({ body: docx, contentType });
  expect([verdict.verdict, verdict.headers.find(([name]) => /^content-type$/i.test(name))?.[1]]).toEqual([
    "sanitized",
    "application/pdf",
  ]);
  expect(pagesByPoppler(verdict.body)).toBeGreaterThan(0);
  const old = filesCorpus("ole2").find(({ file }) => file.endsWith(".doc"));
  const archive = packed({ "old.doc": old?.bytes ?? "", "a.txt": "hi" }, "x.zip", "zip", "-q");
  expect((await inspected(archive)).verdict).toBe("blocked");
  const nested = await flattening.inspect({ body: archive });
  expect([nested.verdict, nested.findings.map(({ message }) => message).join()]).toEqual([
    "sanitized",
    expect.stringMatching(/pages? made (?:a picture|pictures) in application\/x-ole-storage/),
  ]);
}, 120_000);

it("without the programs it blocks and says what is missing, and so does check", async () => {
  const inspector = await createInspector({ policy: { disarm: { pdf: "flatten" }, antivirus: { engines: [] } } });
  const verdict = await inspector.inspect({ body: SCRIPTED });
  await inspector.close();
  expect([verdict.verdict, verdict.findings[0]?.rule, verdict.findings[0]?.message]).toEqual([
    "blocked",
    "lazaret/unscannable/external",
    "application/pdf cannot be rebuilt: flattening needs external.pdftoppm",
  ]);
  const folder = temporaryFolder();
  const check = async (external: object) => {
    const policy = { disarm: { pdf: "flatten" }, antivirus: { engines: ["yara"] } };
    writeFileSync(join(folder, "lazaret.yaml"), JSON.stringify({ policy, external }));
    return await lazaret(["check"], { cwd: folder });
  };
  const missing = await check({ qpdf: "/nowhere/qpdf" });
  expect([missing.code, missing.stdout]).toEqual([
    1,
    expect.stringContaining(
      "pdftoppm: down, required: policy.disarm says flatten, but external.pdftoppm names no program",
    ),
  ]);
  expect(missing.stdout).toContain("qpdf: down, required: /nowhere/qpdf cannot be run");
  const there = await check(PROGRAMS);
  expect(there.stdout).toMatch(/soffice: up, required: soffice, at most \d+ bytes, (?:without network|WITH NETWORK)/);
  expect(there.code).toBe(0);
}, 120_000);

it("a program that hangs is ended with all that it started, at its own time or the exchange's", async () => {
  const mark = join(temporaryFolder(), "pid");
  const hanging = scripted(`sleep 300 & echo $! > ${mark}; wait`);
  expect(await flattenedBy({ ...hanging, time: 300 })).toMatchObject({
    reason: expect.stringMatching(/did not end in time$/),
  });
  await delay(100);
  const state = spawnSync("ps", ["-o", "stat=", "-p", readFileSync(mark, "utf8").trim()]).stdout.toString();
  // Nothing, or a process that has ended and that nobody has asked about yet.
  expect(state).not.toMatch(/[RSD]/);
  await expect(flattenedBy(hanging, 1000)).rejects.toMatchObject({ limit: "time" });
  expect(leftovers()).toEqual([]);
});

it("a program gets no more memory, output, environment or network than it may have", async () => {
  const under = async (program: Partial<ExternalPrograms>) => {
    const result = await flattenedBy(program);
    return result.kind === "refused" ? `${result.category}: ${result.reason}` : result.kind;
  };
  expect(await under({ memory: 2 ** 23 })).toMatch(/^unscannable: pdftoppm/);
  expect(await under(scripted("yes"))).toMatch(/gave more than allowed$/);
  expect(await under(scripted('printf "P6 9 9 255 short"'))).toMatch(/a page was not drawn$/);
  process.env["LAZARET_SECRET"] = "s3cret";
  const seen = join(temporaryFolder(), "environment");
  await under(scripted(`env > ${seen}`));
  delete process.env["LAZARET_SECRET"];
  expect(readFileSync(seen, "utf8")).not.toContain("s3cret");
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  await under(scripted(`curl -s http://127.0.0.1:${port}/`));
  expect(connections).toBe(networkIsolation().length > 0 ? 0 : 1);
  server.close();
});

it("qpdf mends what cannot be parsed, and what it wrote is disarmed", async () => {
  const mending = await createInspector({ policy: { antivirus: { engines: [] } }, external: { qpdf: "qpdf" } });
  const damaged = fromCorpus("issue6069.pdf");
  expect((await inspected(damaged)).verdict).toBe("blocked");
  const mended = await mending.inspect({ body: damaged });
  await mending.close();
  expect([mended.verdict, mended.findings[0]?.message]).toEqual([
    "sanitized",
    expect.stringContaining("1 damaged structure"),
  ]);
  expect([activeInPdf(mended.body), complaintsOfQpdf(mended.body)]).toEqual([[], ""]);
  expect((await inspected(mended.body)).verdict).toBe("pass");
});
