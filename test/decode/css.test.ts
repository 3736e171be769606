import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isHostileStyle } from "../../src/core/markup-policy.ts";
import { createInspector } from "../../src/index.ts";
import { decoded, leavesOf } from "../support/decoded.ts";
import { inspected, sanitized } from "../support/inspected.ts";

const clean = async (css: string): Promise<string> => (await sanitized(css, "text/css")).toString();

describe("a style sheet", () => {
  it("gives declarations, at-rules and selectors as leaves with their lines", () => {
    const { part } = decoded('@charset "utf-8";\nbody {\n  color: red; /* ; */\n  margin: 0 }', "text/css");
    expect(leavesOf(part)).toEqual([
      ["line 1", "text", '@charset "utf-8"'],
      ["line 2", "text", "body"],
      ["line 3", "text", "color: red"],
      ["line 3", "text", "/* ; */\n  margin: 0"],
    ]);
  });

  it("passes as it came where it only says how things look, however long it is", async () => {
    const css = 'p{background:url(data:image/png;base64,AAAA) url("img/a.png");content:"a;b}"}\n'.repeat(5000);
    expect(await inspected(css, "text/css")).toMatchObject({ verdict: "pass", findings: [] });
  });

  it("loses what loads or runs something, and nothing else", async () => {
    expect(
      await clean('@import url("https://a.example/x.css"); p { color: red; behavior: url(x.htc); margin: 0 }'),
    ).toBe(" p { color: red;  margin: 0 }");
    expect(await clean("p{width:expre/**/ssion(f());y:1}q{b\\65havior:url(x)}")).toBe("p{y:1}q{}");
    expect(await clean("p{background:u\\72l(javascript:f());y:1}")).toBe("p{y:1}");
  });

  it("of a page saved as MHTML loses it too", async () => {
    const mail = [
      "From: a@b.example",
      "Date: Mon, 2 Nov 2026 10:00:00 +0000",
      "Subject: page",
      "MIME-Version: 1.0",
      "Content-Type: multipart/related; boundary=b",
      "",
      "--b",
      "Content-Type: text/css",
      "",
      "p{width:expression(f());y:1}",
      "--b--",
      "",
    ].join("\r\n");
    expect((await sanitized(mail, "message/rfc822")).toString()).toBe(mail.replace("width:expression(f());", ""));
  });

  it("is allowed or blocked as policy.disarm.html says", async () => {
    for (const [html, verdict] of [
      ["allow", "pass"],
      ["block", "blocked"],
    ] as const) {
      const policy = { disarm: { html }, rules: { packs: [] }, antivirus: { engines: [] } };
      const own = await createInspector({ policy });
      expect((await own.inspect({ contentType: "text/css", body: "p{behavior:url(a)}" })).verdict).toBe(verdict);
      await own.close();
    }
  });

  it("is never delivered hostile, nor another when it is inspected again", async () => {
    const token = fc.constantFrom(
      ..."p|{|}|;|:|/*|*/|\"|'|(|)|\\|url(|expression(|behavior|@import|javascript:|color:red|data:text/html|\n|e\\78 pression(".split(
        "|",
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(token, { maxLength: 24 }), async (tokens) => {
        const css = tokens.join("");
        const verdict = await inspected(css, "text/css");
        if (verdict.verdict === "blocked") return;
        const result = Buffer.from(verdict.body).toString();
        expect(isHostileStyle(result)).toBe(false);
        expect((await inspected(result, "text/css")).verdict).toBe("pass");
      }),
      { numRuns: 400 },
    );
  });
});
