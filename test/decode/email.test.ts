import { gzipSync } from "node:zlib";
import fc from "fast-check";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { createInspector } from "../../src/index.ts";
import { filesCorpus } from "../support/files-corpus.ts";
import { inspected, rulesOf, sanitized } from "../support/inspected.ts";
import { damages, mutated } from "../support/mutated.ts";
import { pdfOf } from "../support/pdf.ts";

const SCRIPTED = pdfOf({ catalog: "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>" });
const PAGE = "<p>Dear customer</p><script>alert(1)</script>";

const lines = (...text: readonly string[]): string => text.join("\r\n");
const base64 = (bytes: Uint8Array | string): string =>
  (
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,60}/g) ?? []
  ).join("\r\n");
const HEAD = ["From: Vendor <v@example.com>", "To: c@example.com", "Subject: Invoice", "MIME-Version: 1.0"] as const;

/** A mail with these entities, each a header and a body. */
const mail = (...entities: readonly (readonly [header: string, body: string])[]): string =>
  lines(
    ...HEAD,
    'Content-Type: multipart/mixed; boundary="b=1"',
    "",
    ...entities.flatMap(([header, body]) => ["--b=1", header, "", body]),
    "--b=1--",
    "",
  );
const attachment = (name: string, type = "application/octet-stream"): string =>
  lines(
    `Content-Type: ${type}`,
    `Content-Disposition: attachment; filename="${name}"`,
    "Content-Transfer-Encoding: base64",
  );
const inspectMail = (body: string) => inspected(Buffer.from(body, "latin1"), "message/rfc822");
const sanitizedMail = async (body: string): Promise<string> =>
  (await sanitized(Buffer.from(body, "latin1"), "message/rfc822")).toString("latin1");

describe("mail", () => {
  it("passes as it came where nothing has to go, whatever it is declared as", async () => {
    const body = mail(
      ["Content-Type: text/plain", "Hello"],
      [attachment("a.pdf", "application/pdf"), base64(pdfOf({}))],
    );
    for (const type of ["message/rfc822", "application/octet-stream", "text/plain"]) {
      const verdict = await inspected(Buffer.from(body), type);
      expect([verdict.verdict, Buffer.from(verdict.body).toString()]).toEqual(["pass", body]);
    }
  });

  it("changes what acts and nothing else: a page, attachments, each in the encoding it came in", async () => {
    const quoted = PAGE.replaceAll("=", "=3D");
    const body = mail(
      ["Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable", quoted],
      [attachment("invoice.pdf", "application/pdf"), base64(SCRIPTED)],
      [attachment("notes.txt"), base64("plain words")],
    );
    const safe = await sanitizedMail(body);
    const parsed = await PostalMime.parse(safe);
    expect(parsed.html?.trim()).toBe("<p>Dear customer</p>");
    expect(parsed.attachments.map(({ filename }) => filename)).toEqual(["invoice.pdf", "notes.txt"]);
    const [pdf] = parsed.attachments;
    expect(Buffer.from(pdf?.content as ArrayBuffer).toString("latin1")).not.toContain("JavaScript");
    expect(safe.slice(0, body.indexOf("<p>"))).toBe(body.slice(0, body.indexOf("<p>")));
    expect(safe.slice(safe.indexOf(attachment("notes.txt")))).toBe(body.slice(body.indexOf(attachment("notes.txt"))));
    expect(Math.max(...safe.split("\r\n").map(({ length }) => length))).toBeLessThanOrEqual(76);
  });

  it("reaches a document in an archive in a mail in a mail in JSON, and names the way there", async () => {
    const archive = gzipSync(SCRIPTED);
    const inner = mail([attachment("papers.gz", "application/gzip"), base64(archive)]);
    const outer = mail(["Content-Type: message/rfc822", inner.replaceAll("b=1", "b=2")]);
    const json = JSON.stringify({ mail: Buffer.from(outer).toString("base64") });
    const verdict = await inspected(json, "application/json");
    expect(verdict.findings[0]?.location.part).toMatch(/mail.*base64.* > part 1 > papers\.gz > content/);
  });

  it("reads headers as readers show them: folds and encoded words undone", async () => {
    const word = `=?utf-8?B?${Buffer.from("<script>alert(1)</script>").toString("base64")}?=`;
    const safe = await sanitizedMail(lines(...HEAD, `Subject: ${word}`, "", "Hello", ""));
    expect((await PostalMime.parse(safe)).headers.filter(({ key }) => key === "subject")[1]?.value).not.toContain(
      "script",
    );
    const folded = lines(
      "Subject: Your order",
      "\tid 1 of 2",
      ...HEAD,
      "Received: from a; id 1' or '1'='1",
      "",
      "Hello",
      "",
    );
    expect((await inspectMail(folded)).verdict).toBe("pass");
  });

  it("gives attachments names that stay in their folder", async () => {
    for (const [given, kept] of [
      ["../a/b/x.txt", "x.txt"],
      ["invoice.pdf.exe", "invoice_pdf_exe.bin"],
      ["../../etc/passwd", "[removed by lazaret]"],
    ] as const) {
      const parsed = await PostalMime.parse(await sanitizedMail(mail([attachment(given), base64("words")])));
      expect(parsed.attachments[0]?.filename).toBe(kept);
    }
  });

  describe("where policy says to sanitize what is unscannable", () => {
    const lenient = createInspector({ policy: { antivirus: { engines: [] }, on: { unscannable: "sanitize" } } });
    const locked = Buffer.from("00017f9900ff00ee", "hex");

    it("loses a part that cannot be read alone, with a note in its place, and passes then", async () => {
      const inspector = await lenient;
      for (const part of [
        [attachment("a.bin"), base64(locked)],
        ["Content-Transfer-Encoding: x-uuencode\r\nContent-Type: application/pdf", "x"],
        ["Content-Type: message/external-body; access-type=URL", "Content-Type: text/html\r\n\r\nx"],
      ] as const) {
        const body = mail(["Content-Type: text/plain", "Hello"], part, [attachment("notes.txt"), base64("words")]);
        const verdict = await inspector.inspect({ contentType: "message/rfc822", body });
        expect([part, verdict.verdict]).toEqual([part, "sanitized"]);
        const text = Buffer.from(verdict.body).toString();
        const parsed = await PostalMime.parse(text);
        expect(parsed.text).toContain("Hello");
        expect(parsed.text).toMatch(
          /\[removed by lazaret\] \d+ bytes of \S+: [^\n]*(?:cannot|transfer encoding x-uuencode|not in the mail)/,
        );
        expect(parsed.attachments.map(({ filename }) => filename)).toEqual(["notes.txt"]);
        expect(text.slice(text.indexOf(attachment("notes.txt")))).toBe(
          body.slice(body.indexOf(attachment("notes.txt"))),
        );
        expect(verdict.changes.map(({ after }) => after?.slice(0, 20))).toEqual(["[removed by lazaret]"]);
        expect((await inspector.inspect({ contentType: "message/rfc822", body: text })).verdict).toBe("pass");
      }
    });

    it("of one part says so in its place, and in a mail in a mail", async () => {
      const inspector = await lenient;
      const single = lines(...HEAD, attachment("a.bin"), "", base64(locked), "");
      const nested = mail(["Content-Type: message/rfc822", single]);
      for (const body of [single, nested]) {
        const { verdict, body: bytes } = await inspector.inspect({ contentType: "message/rfc822", body });
        expect(verdict).toBe("sanitized");
        const inner = Buffer.from(bytes).toString();
        expect((await PostalMime.parse(inner.slice(inner.lastIndexOf(HEAD[0] ?? "")))).text).toContain(
          "cannot be inspected",
        );
      }
    });

    it("answers whatever damage the mail has, and the same twice", { timeout: 60_000 }, async () => {
      const inspector = await lenient;
      const whole = Buffer.from(mail(["Content-Type: text/html", PAGE], [attachment("a.bin"), base64(locked)]));
      await fc.assert(
        fc.asyncProperty(damages(["\r\n", "--b=1", "\0", "base64", "attachment"]), async (edits) => {
          const contentType = "message/rfc822";
          const { verdict, body } = await inspector.inspect({ contentType, body: mutated(whole, edits) });
          if (verdict === "sanitized") expect((await inspector.inspect({ contentType, body })).verdict).toBe("pass");
        }),
        { numRuns: 60 },
      );
    });

    it("is blocked where it does not", async () => {
      expect((await inspectMail(mail([attachment("a.bin"), base64(locked)]))).verdict).toBe("blocked");
    });
  });

  it("takes every mail of a mailbox", async () => {
    const one = lines("From v@example.com Mon Jun 01 04:28:28 2009", ...HEAD, "", "Hello", "", "");
    const two = lines("From v@example.com Mon Jun 01 04:29:28 2009", ...HEAD, "Content-Type: text/html", "", PAGE, "");
    const verdict = await inspected(one + two, "application/mbox");
    expect(verdict.findings[0]?.location.part).toBe("body > mail 2 > content");
    expect((await sanitized(one + two, "application/mbox")).toString()).not.toContain("script");
  });

  it.each([
    ["two types", mail(["Content-Type: text/plain\r\nContent-Type: text/html", PAGE]), "malformed/mime"],
    ["two boundaries", mail().replace("boundary", "boundary=x; boundary"), "malformed/multipart"],
    ["a boundary in a comment", mail().replace("; boundary", " (boundary=x); boundary"), "malformed/multipart"],
    ["base64 with other characters", mail([attachment("a.bin"), "aGVs*bG8="]), "unscannable/mime"],
    ["an unknown transfer encoding", mail(["Content-Transfer-Encoding: x-uuencode", "x"]), "unscannable/mime"],
    ["a header line that is no field", lines(...HEAD, "<script>", "", "Hello"), "malformed/mime"],
    ["a bare return in the header", lines(...HEAD, "X-A: a\rContent-Type: text/html", "", "Hello"), "malformed/mime"],
    ["content that lies elsewhere", lines(...HEAD, "Content-Type: message/external-body", "", "x"), "unscannable/mime"],
    ["a uuencoded file", lines(...HEAD, "", "begin 644 a.exe", "#0V%T", "`", "end"), "unscannable/mime"],
    ["encryption", mail().replace("multipart/mixed", "multipart/encrypted"), "unscannable/encrypted"],
    ["TNEF", mail([attachment("winmail.dat"), base64(Buffer.from("789f3e220100069008", "hex"))]), "unscannable/binary"],
  ])("blocks %s", async (_, body, rule) => {
    expect(rulesOf(await inspectMail(body))).toContain(`lazaret/${rule}`);
  });

  it("passes real mails, or changes what acts in them", { timeout: 60_000 }, async () => {
    for (const { file: name, bytes } of filesCorpus("eml")) {
      const verdict = await inspected(bytes);
      if (verdict.verdict === "pass") expect(Buffer.from(verdict.body).equals(bytes), name).toBe(true);
      if (verdict.verdict !== "sanitized") continue;
      const [before, after] = [await PostalMime.parse(bytes), await PostalMime.parse(verdict.body)];
      expect(
        after.attachments.map(({ filename }) => filename),
        name,
      ).toEqual(before.attachments.map(({ filename }) => filename));
    }
  });

  it("answers whatever the bytes are, and delivers nothing that acts", { timeout: 60_000 }, async () => {
    const whole = mail(["Content-Type: text/html", PAGE], [attachment("a.html"), base64(PAGE)]);
    await fc.assert(
      fc.asyncProperty(
        damages(["\r\n", "--b=1", "Content-Type: text/html", "\0", "=", "; boundary=c"]),
        async (edits) => {
          const { verdict, body } = await inspected(mutated(Buffer.from(whole), edits), "message/rfc822");
          if (verdict !== "sanitized") return;
          expect((await inspected(body, "message/rfc822")).verdict).toBe("pass");
          expect((await PostalMime.parse(body)).html ?? "").not.toMatch(/<script[\s/>]/i);
        },
      ),
      { numRuns: 60 },
    );
  });
});
