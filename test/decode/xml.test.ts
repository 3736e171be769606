import fc from "fast-check";
import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import { createInspector } from "../../src/index.ts";
import { decoded, leavesOf, withLeaf } from "../support/decoded.ts";

const inspector = await createInspector();

async function inspect(body: string, contentType = "application/xml") {
  const verdict = await inspector.inspect({ contentType, body });
  return { ...verdict, text: Buffer.from(verdict.body).toString() };
}

const FEED = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Caf\u00e9 &amp; bar</title><!-- two items -->
<item guid='7'><description><![CDATA[<b>bold</b> & more]]></description></item><item/></channel></rss>
`;

describe("XML", () => {
  it("gives text, attributes, comments and CDATA as leaves with XPaths and decoded values", () => {
    const { part } = decoded(FEED, "application/xml");
    expect(leavesOf(part)).toEqual([
      ["/rss/@version", "attribute", "2.0"],
      ["/rss/channel[1]/title[1]/text()", "text", "Caf\u00e9 & bar"],
      ["/rss/channel[1]/comment()", "comment", " two items "],
      ["/rss/channel[1]/item[1]/@guid", "attribute", "7"],
      ["/rss/channel[1]/item[1]/description[1]/text()", "text", "<b>bold</b> & more"],
    ]);
  });

  it("that is clean passes as it came", async () => {
    expect(await inspect(FEED, "application/rss+xml")).toMatchObject({ verdict: "pass", text: FEED, findings: [] });
  });

  it("is sanitized in place: text, attribute and CDATA each in their own spelling", async () => {
    const attack = "x' OR '1'='1' --";
    const escaped = attack.replaceAll("'", "&apos;");
    const { verdict, text } = await inspect(
      `<a>\n <b k = "${attack}">one</b><c>${escaped}</c><d><![CDATA[${attack}]]></d>\n</a>`,
    );
    const redaction = "[removed by lazaret]";
    expect([verdict, text]).toEqual([
      "sanitized",
      `<a>\n <b k = "${redaction}">one</b><c>${redaction}</c><d><![CDATA[${redaction}]]></d>\n</a>`,
    ]);
  });

  it.each([
    ['<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>x</a>', "lazaret/xml/doctype"],
    ['<!DOCTYPE a SYSTEM "http://evil.example/x.dtd"><a/>', "lazaret/xml/doctype"],
    [
      '<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd"/></a>',
      "lazaret/xml/xinclude",
    ],
  ])("%s is blocked as XXE", async (body, rule) => {
    const { verdict, findings } = await inspect(body);
    expect(verdict).toBe("blocked");
    expect(findings).toContainEqual(expect.objectContaining({ category: "xxe", rule, action: "block" }));
  });

  it("in UTF-16 hides no document type", async () => {
    const body = Buffer.from('\ufeff<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "utf16le");
    const { verdict, findings } = await inspector.inspect({ contentType: "application/xml", body });
    expect([verdict, findings[0]?.rule]).toEqual(["blocked", "lazaret/xml/doctype"]);
  });

  it("loses a style sheet instruction and keeps the rest", async () => {
    const { verdict, text } = await inspect(
      '<?xml version="1.0"?>\n<?xml-stylesheet href="//evil.example/x.xsl"?><a>b</a>',
    );
    expect([verdict, text]).toEqual(["sanitized", '<?xml version="1.0"?>\n<a>b</a>']);
  });

  it.each([
    "<a>",
    "<a></b>",
    "<a b=1/>",
    '<a b="1" b="2"/>',
    "<a/><b/>",
    "<a>&nbsp;</a>",
    "x<a/>",
    "<a b='<'/>",
    "<a>\u0001</a>",
  ])("%s is malformed, as saxes finds too", async (body) => {
    expect(() => parseWithSaxes(body)).toThrow();
    const { verdict, findings } = await inspect(body);
    expect([verdict, findings[0]?.rule]).toEqual(["blocked", "lazaret/xml/syntax"]);
  });

  it("nested beyond the depth limit is a limits finding", async () => {
    const { verdict, findings } = await inspect("<a>".repeat(5000) + "</a>".repeat(5000));
    expect([verdict, findings[0]?.rule]).toEqual(["blocked", "lazaret/limits/depth"]);
  });
});

function parseWithSaxes(text: string): void {
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.write(text).close();
}

/** Documents that are nearly XML: pieces put together, then bytes changed. */
const nearlyXml = fc
  .tuple(
    fc.array(
      fc.constantFrom(
        "<a>",
        "</a>",
        "<b c='1'>",
        "</b>",
        "<d/>",
        "text",
        "&amp;",
        "&lt",
        "<![CDATA[x]]>",
        "<!--c-->",
        "<?p q?>",
        " ",
        "]]>",
        "é",
        '<e f="\'"/>',
      ),
      { maxLength: 12 },
    ),
    fc.array(fc.tuple(fc.nat(60), fc.constantFrom("<", ">", "&", '"', "'", "-", "/", "!", "?", "\0", "=")), {
      maxLength: 2,
    }),
  )
  .map(([pieces, edits]) =>
    edits.reduce((text, [at, with_]) => text.slice(0, at) + with_ + text.slice(at + 1), `<r>${pieces.join("")}</r>`),
  );

it("whatever saxes accepts is read, and an edited leaf changes nothing but its own span", () => {
  fc.assert(
    fc.property(nearlyXml, fc.string({ maxLength: 8 }), (body, value) => {
      const { part, detections, context } = decoded(body, "application/xml");
      const accepted = detections.every(({ category }) => category !== "malformed");
      let judged = true;
      try {
        parseWithSaxes(body);
      } catch {
        judged = false;
      }
      // Stricter than saxes is safe; laxer would be a leaf that an application reads otherwise.
      if (accepted) expect(judged || /\]\]>|--|<\?/.test(body)).toBe(true);
      if (!accepted || part.leaves.length === 0) return;
      const leaf = 0;
      const { start, end } = part.leaves.span(leaf);
      const bytes = withLeaf({ part, detections, context }, leaf, value);
      const before = Buffer.from(body);
      expect(bytes.subarray(0, start).equals(before.subarray(0, start))).toBe(true);
      expect(bytes.subarray(bytes.length - (before.length - end)).equals(before.subarray(end))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

describe("HTML, SVG and MathML in XML", () => {
  const XHTML = "http://www.w3.org/1999/xhtml";

  it("lose what a browser would run, whatever prefix, root and media type they have", async () => {
    for (const type of ["application/xml", "text/xml", "application/vnd.example+xml"]) {
      const { verdict, text, findings } = await inspect(
        `<r>\n <a:p xmlns:a="${XHTML}" onclick="f()">one<a:script>f()</a:script> two</a:p>\n</r>`,
        type,
      );
      expect([verdict, text]).toEqual(["sanitized", `<r>\n <a:p xmlns:a="${XHTML}">one two</a:p>\n</r>`]);
      expect(findings.map(({ rule }) => rule)).toContain("lazaret/xml/active-content");
    }
  });

  it("are known by their namespace alone, however it is spelled", async () => {
    const plain = `<r xmlns="urn:x"><script>run()</script><iframe src="a"/><p onclick="x"/></r>`;
    expect(await inspect(plain)).toMatchObject({ verdict: "pass", text: plain });
    const spelled = await inspect(`<r xmlns:h="${XHTML.replace("l", "&#108;")}"><h:iframe src="a"/></r>`);
    expect(spelled).toMatchObject({ verdict: "sanitized", text: expect.stringMatching(/^<r [^>]*><\/r>$/) });
    const redeclared = `<r xmlns:h="${XHTML}"><s xmlns:h="urn:x"><h:iframe src="a"/></s></r>`;
    expect((await inspect(redeclared)).verdict).toBe("pass");
  });

  it("lose a style that loads something, with one inside another", async () => {
    const style = (css: string): string =>
      `<r><style xmlns="${XHTML}">p{color:red}<style>q{margin:0}</style>${css}</style></r>`;
    expect((await inspect(style(""))).verdict).toBe("pass");
    expect((await inspect(style('@import "x";'))).text).toBe("<r></r>");
  });

  it("stay where they only say and draw", async () => {
    const inert = `<r><p xmlns="${XHTML}" class="x"><a href="https://a.example/">x</a><style>p{color:red}</style></p></r>`;
    expect(await inspect(inert)).toMatchObject({ verdict: "pass", text: inert, findings: [] });
  });

  it("block where the whole document is one script, and where the document breaks off after it", async () => {
    expect((await inspect(`<script xmlns="${XHTML}">f()</script>`)).verdict).toBe("blocked");
    expect((await inspect(`<r><script xmlns="${XHTML}">f()</script>`)).verdict).toBe("blocked");
  });

  it("follow policy.disarm.html", async () => {
    const body = `<r><iframe xmlns="${XHTML}" src="a"/></r>`;
    for (const [html, verdict] of [
      ["allow", "pass"],
      ["block", "blocked"],
    ] as const) {
      const own = await createInspector({ policy: { disarm: { html }, antivirus: { engines: [] } } });
      expect((await own.inspect({ contentType: "application/xml", body })).verdict).toBe(verdict);
      await own.close();
    }
  });

  it("are the same to another parser afterwards, without what goes", async () => {
    const name = fc.constantFrom("script", "iframe", "p", "b", "style");
    const tree: fc.Memo<string> = fc.memo((depth) =>
      fc
        .tuple(
          fc.constantFrom("h:", "", "o:"),
          name,
          depth <= 1 ? fc.constant([]) : fc.array(tree(), { maxLength: 3 }),
          fc.boolean(),
        )
        .map(([prefix, local, kids, handler]): string => {
          const tag = `${prefix}${local}`;
          return `<${tag}${handler ? ' onclick="f()"' : ""}>${kids.join("")}</${tag}>`;
        }),
    );
    await fc.assert(
      fc.asyncProperty(tree(4), async (inner) => {
        const { verdict, text } = await inspect(`<r xmlns:h="${XHTML}" xmlns:o="urn:o">${inner}</r>`);
        expect(verdict).not.toBe("blocked");
        const active: string[] = [];
        const parser = new SaxesParser({ xmlns: true });
        parser.on("opentag", ({ uri, local, attributes }) => {
          if (uri !== XHTML) return;
          if (local === "script" || local === "iframe" || attributes["onclick"] !== undefined) active.push(local);
        });
        parser.write(text).close();
        expect(active).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
