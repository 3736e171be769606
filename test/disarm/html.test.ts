import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sanitizeFragment } from "../../src/disarm/html.ts";
import { createInspector } from "../../src/index.ts";
import { attackCorpus } from "../support/corpus.ts";

const inspector = await createInspector();

async function inspect(body: string, config = inspector) {
  const verdict = await config.inspect({ contentType: "text/html", body });
  return { ...verdict, text: Buffer.from(verdict.body).toString() };
}

describe("HTML", () => {
  it.each([
    "<p class=a>fine <a href='/x'>link</a><br>more &nbsp; <em>text</em>",
    "<!DOCTYPE html><html><head><meta charset=utf-8><title>t</title></head><body><img src='https://x.example/a.png' style='width: 3px'></body></html>",
    "just text & no markup",
    "<custom-element data-x=1>unknown, but inert</custom-element>",
    "<a href='mailto:a@b.example'>mail</a> <img src='data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'>",
  ])("%s passes as it came", async (body) => {
    expect(await inspect(body)).toMatchObject({ verdict: "pass", text: body });
  });

  it.each([
    ["<p>Hello <b>w\u00f6rld</b><script>alert(1)</script></p>", "<p>Hello <b>w\u00f6rld</b></p>"],
    ["<img src=x onerror=alert(1)>after", '<img src="x" />after'],
    ["<a href='java\tscript:alert(1)'>x</a>", "<a>x</a>"],
    ["<p style='background:url(javascript:x)'>y</p>", "<p>y</p>"],
    ["a<iframe src='https://evil.example'></iframe>b", "ab"],
    ["<form action='https://evil.example'><input name=p></form>text", "text"],
    ["<svg><a><set attributeName=href to=javascript:x></svg>ok", "ok"],
    ["<meta http-equiv=refresh content='0;url=//evil.example'>x", "x"],
  ])("%s loses what acts and keeps the rest", async (body, safe) => {
    expect(await inspect(body)).toMatchObject({ verdict: "sanitized", text: safe });
  });

  it("stays a page when it is one", async () => {
    const body =
      "<!doctype html><html lang=en><head><title>T</title><script src=x></script></head><body><h1>H</h1></body></html>";
    const { verdict, text } = await inspect(body);
    expect([verdict, text]).toEqual([
      "sanitized",
      '<!doctype html><html lang="en"><head><title>T</title></head><body><h1>H</h1></body></html>',
    ]);
  });

  it("is blocked or let through where policy says so", async () => {
    const body = "<b>x</b><script>f()</script>";
    const blocking = await createInspector({ policy: { disarm: { html: "block" } } });
    expect((await inspect(body, blocking)).verdict).toBe("blocked");
    const allowing = await createInspector({ policy: { disarm: { html: "allow" } } });
    expect(await inspect(body, allowing)).toMatchObject({ verdict: "pass", text: body });
  });
});

describe("a JSON string with markup", () => {
  const json = async (value: string, config = inspector) => {
    const verdict = await config.inspect({
      contentType: "application/json",
      body: JSON.stringify({ a: 1, html: value }),
    });
    return [verdict.verdict, JSON.parse(Buffer.from(verdict.body).toString()).html];
  };

  it("keeps its safe part, and gives way where nothing safe is left", async () => {
    expect(await json("Hello <b>world</b><script>alert(1)</script>")).toEqual(["sanitized", "Hello <b>world</b>"]);
    expect(await json("<script>alert(1)</script>")).toEqual(["sanitized", "[removed by lazaret]"]);
  });

  it("that is declared as HTML is inspected as HTML", async () => {
    const declared = await createInspector({
      vendors: { v: { upstream: "https://v.example", paths: [{ path: "$.html", as: "html" }] } },
    });
    const at = async (html: string) => {
      const verdict = await declared.inspect({
        vendor: "v",
        contentType: "application/json",
        body: JSON.stringify({ html }),
      });
      return [
        verdict.verdict,
        JSON.parse(Buffer.from(verdict.body).toString()).html,
        verdict.findings[0]?.location.part,
      ];
    };
    expect(await at("<p>fine <i>text</i></p>")).toEqual(["pass", "<p>fine <i>text</i></p>", undefined]);
    expect(await at("<p onclick=x()>hi</p>")).toEqual(["sanitized", "<p>hi</p>", "body > $.html (html)"]);
  });
});

const VECTORS = attackCorpus()
  .filter(({ category }) => category === "xss")
  .map(({ payload }) => payload);

it("every known vector of cross-site scripting in a page comes out as what passes when it is inspected again", async () => {
  expect(VECTORS.length).toBeGreaterThan(4000);
  for (const vector of VECTORS) {
    const { verdict, body } = await inspect(`<div><p>before</p>${vector}<p>after</p></div>`);
    if (verdict === "blocked") continue;
    expect((await inspector.inspect({ contentType: "text/html", body })).verdict).toBe("pass");
  }
});

it("sanitizing is idempotent and leaves nothing that runs", () => {
  const piece = fc.oneof(
    fc.constantFrom(...VECTORS),
    fc.constantFrom(
      "<p>",
      "</p>",
      "<b>",
      "<table><tr>",
      "text",
      "&lt;",
      "<!--",
      "-->",
      "<math><mi>",
      "</title>",
      "<a href='",
      "'>",
      "<svg>",
      "<style>",
      "</style>",
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const safe = sanitizeFragment(pieces.join(""));
      expect(sanitizeFragment(safe)).toBe(safe);
      expect(safe.replaceAll(/="[^"]*"/g, "=")).not.toMatch(
        /<(?:script|iframe|svg|math|object|embed|base|form|style|template)\b|<[^>]*\son\w+\s*=/i,
      );
    }),
    { numRuns: 1500 },
  );
});
