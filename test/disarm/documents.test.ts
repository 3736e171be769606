import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packed } from "../support/archives.ts";
import { lazaret } from "../support/command-line.ts";
import { send } from "../support/http.ts";
import { inspected, sanitized } from "../support/inspected.ts";
import { msgOf } from "../support/msg.ts";
import { pdfOf } from "../support/pdf.ts";
import { startInFrontOf, startVendor, temporaryFolder, type TestVendor } from "../support/vendor.ts";

const SCRIPTED = pdfOf({ catalog: "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>" });
const RTF = Buffer.from("{\\rtf1 words{\\object\\objupdate{\\*\\objdata 0105}{\\result icon}}}");
const MSG = msgOf({ html: "<p>Hello</p><script>alert(1)</script>", attachments: [{ name: "a.pdf", bytes: SCRIPTED }] });
const MAIL = Buffer.from(
  [
    "From: v@example.com",
    "Subject: Invoice",
    "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="b"',
    "",
    "--b",
    "Content-Type: text/html",
    "",
    "<p>Hello</p><script>alert(1)</script>",
    "--b",
    'Content-Type: application/pdf; name="a.pdf"',
    "Content-Transfer-Encoding: base64",
    "",
    SCRIPTED.toString("base64").replaceAll(/.{76}/g, "$&\r\n"),
    "--b--",
    "",
  ].join("\r\n"),
);

/** A document of every format that is rebuilt, its media type, and words of it that may not survive. */
const DOCUMENTS = [
  ["a.pdf", "application/pdf", SCRIPTED, "JavaScript"],
  ["a.rtf", "application/rtf", RTF, "objdata"],
  ["a.msg", "application/vnd.ms-outlook", MSG, "<script"],
  ["a.eml", "message/rfc822", MAIL, "<script"],
] as const;

/** A mail with one attachment. */
const mailed = (name: string, bytes: Buffer): Buffer =>
  Buffer.from(
    [
      "From: v@example.com",
      "Subject: Papers",
      "MIME-Version: 1.0",
      'Content-Type: multipart/mixed; boundary="outer"',
      "",
      "--outer",
      "Content-Type: application/octet-stream",
      `Content-Disposition: attachment; filename="${name}"`,
      "Content-Transfer-Encoding: base64",
      "",
      bytes.toString("base64").replaceAll(/.{76}/g, "$&\r\n"),
      "--outer--",
      "",
    ].join("\r\n"),
  );

/** What the only attachment of such a mail holds. */
const attached = (mail: Buffer): Buffer =>
  Buffer.from(/base64\r\n\r\n([^]*?)\r\n--outer--/.exec(mail.toString("latin1"))?.[1] ?? "", "base64");

describe("a document is disarmed wherever it lies", () => {
  let vendor: TestVendor;
  let app: Awaited<ReturnType<typeof startInFrontOf>>;

  beforeAll(async () => {
    vendor = await startVendor((incoming, response) => {
      const [, contentType, bytes] = DOCUMENTS.find(([name]) => incoming.url === `/${name}`) ?? [];
      response.writeHead(200, { "Content-Type": contentType, ETag: '"1"' }).end(bytes);
    });
    app = await startInFrontOf(vendor.url);
  });

  afterAll(async () => {
    await app.close();
    await vendor.close();
  });

  it.each(DOCUMENTS)(
    "%s: the same bare, in JSON, in a mail, and in an archive in a mail",
    async (name, type, bytes, active) => {
      const bare = await sanitized(bytes, type);
      expect(bare.includes(active)).toBe(false);
      const json: { file: string } = JSON.parse(
        (await sanitized(JSON.stringify({ file: bytes.toString("base64") }), "application/json")).toString(),
      );
      expect(Buffer.from(json.file, "base64").equals(bare)).toBe(true);
      expect(attached(await sanitized(mailed(name, bytes), "message/rfc822")).equals(bare)).toBe(true);
      const archive = packed({ [name]: bytes }, "a.zip", "zip", "-q");
      const verdict = await inspected(mailed("a.zip", archive), "message/rfc822");
      expect(verdict.verdict).toBe("sanitized");
      expect(verdict.findings.some(({ location }) => location.part.includes(`a.zip > ${name}`))).toBe(true);
    },
  );

  it.each(DOCUMENTS)("%s: through the gateway, which says so", async (name, type, bytes, active) => {
    const reply = await send(`${app.gatewayUrl}/acme/${name}`);
    expect(reply.headers["lazaret-verdict"]).toBe("sanitized");
    expect(reply.headers["content-type"]).toBe(type);
    expect(reply.headers.etag).toBeUndefined();
    expect(Buffer.from(reply.body).equals(await sanitized(bytes, type))).toBe(true);
    expect(Buffer.from(reply.body).includes(active)).toBe(false);
  });

  it("scan writes disarmed copies and says what was removed", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "in"));
    for (const [name, , bytes] of DOCUMENTS) writeFileSync(join(folder, "in", name), bytes);
    const { code, stdout } = await lazaret(["scan", "--json", "--output", "out", "in"], { cwd: folder });
    expect(code).toBe(10);
    expect(stdout).toContain("1 script in application/pdf");
    expect(stdout).toContain("1 embedded object in application/rtf");
    for (const [name, , , active] of DOCUMENTS)
      expect(readFileSync(join(folder, "out", name)).includes(active), name).toBe(false);
  });
});
