import { gunzipSync, gzipSync } from "node:zlib";
import sharp from "sharp";
import { expect, it } from "vitest";
import { createInspector } from "../../src/index.ts";
import { packed, unpacked } from "../support/archives.ts";
import { EICAR } from "../support/clamd.ts";
import { filesCorpus } from "../support/files-corpus.ts";
import { inspected, rulesOf, sanitized } from "../support/inspected.ts";

const PAYLOAD = { IFD0: { Copyright: "<?php system($_GET[0]); ?>" } };
const image = async (format: "png" | "jpeg" | "webp"): Promise<Buffer> =>
  await sharp({ create: { width: 3, height: 3, channels: 3, background: "red" } })
    .withExif(PAYLOAD)
    .toFormat(format)
    .toBuffer();
const fromCorpus = (name: string): Buffer =>
  filesCorpus().find(({ file }) => file.endsWith(name))?.bytes ?? Buffer.alloc(0);
const HOSTILE_PAGE = "<html><p>fine</p><script>steal()</script></html>";

/** One hostile file of each format that is rebuilt. */
const FILES: readonly (readonly [name: string, bytes: Buffer])[] = [
  ["a.png", await image("png")],
  ["a.jpg", await image("jpeg")],
  ["a.webp", await image("webp")],
  ["a.gif", fromCorpus("testGIF.gif")],
  ["a.tif", fromCorpus("testTIFF.tif")],
  ["a.svg", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>f()</script><rect width="2"/></svg>')],
  ["a.html", Buffer.from(HOSTILE_PAGE)],
  ["a.docx", fromCorpus("testExternalRefs.docx")],
  ["a.docm", fromCorpus("SimpleMacro.docm")],
  ["a.ods", fromCorpus("testODSMacro.ods")],
  ["a.fodt", fromCorpus("testODTMacro.fodt")],
  ["a.zip", packed({ "b.html": HOSTILE_PAGE }, "x.zip", "zip", "-q")],
  ["a.tar", packed({ "b.html": HOSTILE_PAGE }, "x.tar", "tar", "--mtime=@0", "-cf")],
  ["a.gz", gzipSync(HOSTILE_PAGE)],
];

it.each(FILES)("%s becomes the same bare, in base64 in JSON, and in a ZIP in GZIP in JSON", async (name, bytes) => {
  const bare = await sanitized(bytes);
  const json: { file: string } = JSON.parse(
    (await sanitized(JSON.stringify({ file: bytes.toString("base64") }), "application/json")).toString(),
  );
  expect(Buffer.from(json.file, "base64").equals(bare)).toBe(true);
  const deep = gzipSync(packed({ [name]: bytes, "b.txt": "hello" }, "x.zip", "zip", "-q"));
  const outer: { list: { file: string }[] } = JSON.parse(
    (await sanitized(JSON.stringify({ list: [{ file: deep.toString("base64") }] }), "application/json")).toString(),
  );
  const archive = gunzipSync(Buffer.from(outer.list[0]?.file ?? "", "base64"));
  // What has no macros any more is named so.
  expect(unpacked(archive, name.replace(/docm$/, "docx"), "unzip")).toBe(bare.toString());
  expect(unpacked(archive, "b.txt", "unzip")).toBe("hello");
});

it("files in multipart are put back in their transfer encoding", async () => {
  const [, bytes] = FILES[0] ?? ["", Buffer.alloc(0)];
  const safe = await sanitized(bytes);
  const message = (content: string): string =>
    `--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n${content}\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b--\r\n`;
  const lines = (content: Buffer): string => (content.toString("base64").match(/.{1,76}/g) ?? []).join("\r\n");
  const result = await sanitized(message(lines(bytes)), 'multipart/mixed; boundary="b"');
  expect(result.toString()).toBe(message(lines(safe)));
});

it("a hostile file leaves every byte around it as it was", async () => {
  const [, bytes] = FILES[0] ?? ["", Buffer.alloc(0)];
  const body = `{ "id" : 1e2,  "file":"${bytes.toString("base64")}" , "z":[ null ] }`;
  const safe = (await sanitized(body, "application/json")).toString();
  expect(safe.startsWith('{ "id" : 1e2,  "file":"')).toBe(true);
  expect(safe.endsWith('" , "z":[ null ] }')).toBe(true);
});

it("malware deep in files is found, and costs its member where policy says to sanitize", async () => {
  const body = packed(
    { "a.txt": "hello", "b.zip": packed({ "c.com": EICAR, "c.txt": EICAR, "d.txt": "fine" }, "y.zip", "zip", "-q") },
    "x.zip",
    "zip",
    "-q",
  );
  const blocking = await createInspector({ policy: { antivirus: { engines: ["yara"] } } });
  const verdict = await blocking.inspect({ body });
  expect(verdict.verdict).toBe("blocked");
  expect(verdict.findings.map(({ category, location }) => `${category} ${location.part}`)).toContain(
    "malware body > b.zip > c.txt",
  );
  const sanitizing = await createInspector({
    policy: { antivirus: { engines: ["yara"] }, on: { malware: "sanitize" } },
  });
  const safe = await sanitizing.inspect({ body });
  expect(safe.verdict).toBe("sanitized");
  await Promise.all([blocking.close(), sanitizing.close()]);
});

it("what is in many files shares one budget, and no depth hides anything", async () => {
  const [, bytes] = FILES[1] ?? ["", Buffer.alloc(0)];
  let nested: Buffer = bytes;
  for (let i = 0; i < 20; i++) nested = packed({ "x.zip": nested }, "y.zip", "zip", "-q");
  expect(rulesOf(await inspected(nested))).toEqual(["lazaret/disarm/jpeg"]);
  const many = packed(
    Object.fromEntries(Array.from({ length: 12_000 }, (_, i) => [`${i}`, ""])),
    "x.zip",
    "zip",
    "-q",
    "-r",
  );
  expect(rulesOf(await inspected(many))).toContain("lazaret/limits/parts");
});
