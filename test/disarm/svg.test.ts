import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { attackPayloads } from "../support/corpus.ts";
import { filesCorpus } from "../support/files-corpus.ts";
import { inspected, rulesOf, sanitized } from "../support/inspected.ts";

const TYPE = "image/svg+xml";
const svg = (content: string, attributes = ""): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"${attributes}>${content}</svg>`;
const RECT = '<rect width="3" height="4" fill="url(#g)"></rect>';

describe("SVG", () => {
  it.each([
    svg(RECT),
    svg(`<style>.a{fill:red;stroke:url(#b)}</style><!-- drawn by hand -->${RECT}`),
    svg(
      '<a xlink:href="https://x.example/"><use xlink:href="#r"/></a><animate attributeName="x" from="0" to="9" dur="1s"/>',
    ),
    `<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n${svg(RECT)}`,
    svg(RECT).replaceAll("<", "<v:").replaceAll("<v:/", "</v:").replace("xmlns=", "xmlns:v="),
  ])("%s passes as it came", async (body) => {
    expect(await inspected(body, TYPE)).toMatchObject({ verdict: "pass", findings: [] });
  });

  it.each([
    ["script", "<script>f()</script>", "1 script"],
    ["handlers", '<g onclick="f()" onload="f()"/>', "2 event handlers"],
    ["HTML in it", '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>', "1 foreign object"],
    ["hostile links", '<a xlink:href="java&#10;script:f()"/><a href="data:text/html,x"/>', "2 external references"],
    [
      "what loads",
      '<image xlink:href="https://e.example/i.png"/><use href="//e.example/#a"/>',
      "2 external references",
    ],
    [
      "styles that load",
      "<style>@import 'https://e.example/a.css'; a{fill:url(https://e.example)}</style>",
      "1 style rule that loads something",
    ],
    ["escapes in styles", "<style>a{fill:u\\72l(https://e.example)}</style>", "1 style rule that loads something"],
    ["values that load", '<rect fill="url(https://e.example/#a)"/>', "1 style rule that loads something"],
    ["animated links", '<a><set attributeName="href" to="javascript:f()"/></a>', "1 set element"],
    [
      "animated links of another prefix",
      '<a><set xmlns:y="http://www.w3.org/1999/xlink" attributeName="y:href" to="javascript:f()"/></a>',
      "1 set element",
    ],
    ["animated handlers", '<animate attributeName="onclick" values="f()"/>', "1 animate element"],
    ["other programs' marks", '<x:y xmlns:x="urn:x" x:z="1"/>', "1 element of another program"],
    ["elements in styles", "<style><img src='x' onerror='f()'/></style>", "1 element in a style sheet"],
  ])("loses %s and keeps the drawing", async (_, hostile, said) => {
    const { findings } = await inspected(svg(hostile + RECT), TYPE);
    expect(findings.map(({ evidence }) => evidence)).toEqual([said]);
    expect((await sanitized(svg(hostile + RECT), TYPE)).toString()).toContain(RECT);
  });

  it("loses style sheets of other files and its document type, and keeps what plain entities stand for", async () => {
    const doctype =
      '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [<!ENTITY ns "http://www.w3.org/2000/svg">]>';
    const safe = await sanitized(
      `<?xml-stylesheet href="https://e.example/a.css"?>${doctype}<svg xmlns="&ns;">${RECT}</svg>`,
      TYPE,
    );
    expect(safe.toString().trim()).toBe(`<svg xmlns="http://www.w3.org/2000/svg">${RECT}</svg>`);
  });

  it.each([
    ["files", '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'],
    ["parameter entities", '<!DOCTYPE svg [<!ENTITY % x "y">]>'],
    ["entities that grow", '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'],
  ])("that reads %s is blocked", async (_, doctype) => {
    expect(rulesOf(await inspected(`${doctype}${svg("<text>&x;</text>")}`, TYPE))).toEqual(["lazaret/xxe/entities"]);
  });

  it("is read in every encoding that it may have, and blocked in the others", async () => {
    const hostile = `<?xml version="1.0" encoding="utf-16"?>${svg(`<script>f()</script>${RECT}`)}`;
    const wide = Buffer.from(`\uFEFF${hostile}`, "utf16le");
    for (const body of [wide, Buffer.from(wide).swap16()])
      expect((await sanitized(body, TYPE)).toString()).toContain(RECT);
    const utf7 = `<?xml version="1.0" encoding="UTF-7"?>${svg("+ADw-script+AD4-f()+ADw-/script+AD4-")}`;
    expect((await inspected(utf7, TYPE)).verdict).toBe("blocked");
    expect((await inspected(Buffer.concat([Buffer.from(svg("x")), Buffer.of(0xff)]), TYPE)).verdict).toBe("blocked");
  });

  it("is known by its first element, however late that comes and whatever it is declared as", async () => {
    const late = `<?xml version="1.0"?><!--${"x".repeat(3000)}-->${svg("<script>f()</script>")}`;
    for (const type of ["application/xml", "text/xml", "application/octet-stream", TYPE])
      expect(rulesOf(await inspected(late, type))).toContain("lazaret/disarm/svg");
  });

  it("whose first element is in another namespace is no drawing, and blocked: nothing of it would be left", async () => {
    const other = svg(RECT).replace("http://www.w3.org/2000/svg", "http://other.example/");
    expect(rulesOf(await inspected(other, TYPE))).toContain("lazaret/unscannable/unsupported");
    const spelled = svg("<script>f()</script>").replace("http:", "&#x68;ttp:");
    expect((await inspected(spelled, TYPE)).verdict).toBe("sanitized");
  });

  it("whose elements use each other without end is blocked, and one that uses itself is not", async () => {
    const levels = Array.from({ length: 12 }, (_, i) => `<g id="l${i + 1}">${`<use href="#l${i}"/>`.repeat(10)}</g>`);
    const bomb = svg(`<defs><rect id="l0" width="1"/>${levels.join("")}</defs><use href="#l12"/>`);
    expect(rulesOf(await inspected(bomb, TYPE))).toEqual(["lazaret/limits/uses"]);
    expect((await inspected(svg('<g id="a"><use href="#a"/></g>'), TYPE)).verdict).toBe("pass");
  });

  it("has its pictures disarmed too", async () => {
    const picture = await sharp({ create: { width: 2, height: 2, channels: 3, background: "red" } })
      .withExif({ IFD0: { Copyright: "<?php" } })
      .png()
      .toBuffer();
    const safe = (
      await sanitized(svg(`<image width="2" xlink:href="data:image/png;base64,${picture.toString("base64")}"/>`), TYPE)
    ).toString();
    const kept = Buffer.from(/base64,([^"]*)/.exec(safe)?.[1] ?? "", "base64");
    expect(kept.includes("<?php")).toBe(false);
    expect(await sharp(kept).raw().toBuffer()).toEqual(await sharp(picture).raw().toBuffer());
  });

  it.each(filesCorpus("svg").filter(({ file }) => file.endsWith(".svg") && !file.includes("laughs")))(
    "$file of the corpus is rebuilt and looks the same",
    async ({ bytes }) => {
      const verdict = await inspected(bytes, TYPE);
      expect(verdict.verdict).not.toBe("blocked");
      const drawn = async (body: Uint8Array) => await sharp(body).raw().toBuffer();
      expect(await drawn(verdict.body)).toEqual(await drawn(bytes));
    },
  );

  it("with any known vector of cross-site scripting in it is inert or blocked, and stable", async () => {
    const vectors = attackPayloads().filter((payload) => /<|on\w+=|script/i.test(payload));
    const sample = fc.sample(fc.constantFrom(...vectors), { numRuns: 150, seed: 5 });
    for (const payload of sample) {
      const verdict = await inspected(svg(payload), TYPE);
      if (verdict.verdict === "blocked") continue;
      const text = Buffer.from(verdict.body).toString();
      expect(text).not.toMatch(/<script|<[^>]*\son\w+\s*=|href\s*=\s*"\s*(?:javascript|vbscript|data:text)/i);
      expect((await inspected(verdict.body, TYPE)).verdict).toBe("pass");
    }
  }, 60_000);
});
