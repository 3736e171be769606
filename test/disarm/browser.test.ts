import { beforeAll, describe, expect, it } from "vitest";
import { hasChromium, hitsOf, type Page } from "../support/chromium.ts";
import { inspected } from "../support/inspected.ts";

/** Documents that make a browser ask for HIT by themselves, by media type. */
const HOSTILE: Readonly<Record<string, readonly string[]>> = {
  "text/html": [
    `<p>x</p><script>fetch("HIT")</script>`,
    `<img src="data:," onerror='fetch("HIT")'>`,
    `<iframe src="HIT"></iframe>`,
    `<html><head><link rel="stylesheet" href="HIT"></head><body>x</body></html>`,
    `<style>@import "HIT";</style>`,
    `<meta http-equiv="refresh" content="0;url=HIT">`,
    `<object data="HIT"></object>`,
    `<embed src="HIT">`,
    `<svg onload='fetch("HIT")'></svg>`,
    `<svg><script>fetch("HIT")</script></svg>`,
    `<details open ontoggle='fetch("HIT")'><summary>x</summary></details>`,
    `<video><source src="data:," onerror='fetch("HIT")'></video>`,
    `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src='data:,' onerror=fetch('HIT')&gt;"><img src="data:," onerror='fetch("HIT")'>`,
  ],
  "application/xml": [
    `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body><script>fetch("HIT")</script></body></html>`,
    `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><img src="data:," onerror='fetch("HIT")'/></body></html>`,
    `<r xmlns:a="http://www.w3.org/1999/xhtml"><a:script>fetch("HIT")</a:script></r>`,
    `<r><script xmlns="http://www.w3.org/1999/xhtm&#108;">fetch("HIT")</script></r>`,
    `<r><s:svg xmlns:s="http://www.w3.org/2000/svg"><s:script>fetch("HIT")</s:script></s:svg></r>`,
    `<r><h:iframe xmlns:h="http://www.w3.org/1999/xhtml" src="HIT"/></r>`,
    `<r><h:style xmlns:h="http://www.w3.org/1999/xhtml">@import "HIT";</h:style></r>`,
  ],
  "text/xml": [
    `<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><div xmlns="http://www.w3.org/1999/xhtml"><script>fetch("HIT")</script></div></feed>`,
  ],
  "application/xhtml+xml": [
    `<html xmlns="http://www.w3.org/1999/xhtml" xmlns:x="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body><x:script>fetch("HIT")</x:script></body></html>`,
    `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title><style><script>fetch("HIT")</script></style></head><body>x</body></html>`,
    `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x<script>fetch("HIT")</script></title></head><body>x</body></html>`,
  ],
  "image/svg+xml": [
    `<svg xmlns="http://www.w3.org/2000/svg"><script>fetch("HIT")</script></svg>`,
    `<svg xmlns="http://www.w3.org/2000/svg" onload='fetch("HIT")'/>`,
    `<svg xmlns="http://www.w3.org/2000/svg"><image href="HIT" width="9" height="9"/></svg>`,
    `<svg xmlns="http://www.w3.org/2000/svg"><style>@import "HIT";</style><rect width="9" height="9"/></svg>`,
    `<svg xmlns="http://www.w3.org/2000/svg"><foreignObject width="9" height="9"><iframe xmlns="http://www.w3.org/1999/xhtml" src="HIT"/></foreignObject></svg>`,
    `<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9" style="fill:url(HIT#a)"/></svg>`,
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:h="http://www.w3.org/1999/xhtml"><h:img src="data:," onerror='fetch("HIT")'/></svg>`,
  ],
};

const pages: readonly Page[] = Object.entries(HOSTILE)
  .flatMap(([contentType, bodies]) => bodies.map((body) => ({ contentType, body })))
  .map(({ contentType, body }, index) => ({
    contentType,
    body: body.replaceAll("HIT", `http://out.example/hit/${index}`),
  }));

describe.skipIf(!hasChromium)("Chromium, of hostile HTML, XML and SVG", () => {
  let delivered: Page[] = [];
  beforeAll(async () => {
    delivered = await Promise.all(
      pages.map(async ({ contentType, body }): Promise<Page> => {
        const verdict = await inspected(body, contentType);
        expect([contentType, body, verdict.verdict]).not.toContain("pass");
        return { contentType, body: verdict.verdict === "blocked" ? "" : verdict.body };
      }),
    );
  });

  it("runs or loads something of each as it was sent", async () => {
    expect(await hitsOf(pages)).toEqual(pages.map((_, index) => index));
  });

  it("runs and loads nothing of what is delivered", async () => {
    expect(await hitsOf(delivered)).toEqual([]);
    expect(delivered.filter(({ body }) => body.length > 0).length).toBeGreaterThan(pages.length / 2);
  });
});
