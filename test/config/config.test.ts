import fc from "fast-check";
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { generateConfigTypes } from "../../scripts/generate-config-types.ts";
import { loadConfigText } from "../../src/config/load.ts";
import { compileJsonPath } from "../../src/config/json-path.ts";
import { policyForExchange } from "../../src/core/policy.ts";
import { compileRoute } from "../../src/core/route.ts";
import { parseDuration, parseSize } from "../../src/config/units.ts";
import { normalizedPath } from "../../src/core/normalized-path.ts";

const load = (text: string, env = {}) => loadConfigText(text, "lazaret.yaml", env);
const ACME = "vendors:\n  acme:\n    upstream: https://api.acme.example\n";

describe("a configuration that cannot be used says where and why", () => {
  it.each([
    [
      "vendors:\n  acme:\n    upstraem: https://a.example\n",
      'lazaret.yaml:3: vendors.acme.upstraem: unknown key, did you mean "upstream"?',
    ],
    ["vendors:\n  acme: {}\n", 'lazaret.yaml:2: vendors.acme: the key "upstream" is missing'],
    [`${ACME}policy:\n  mode: observe\n`, "lazaret.yaml:5: policy.mode: expected one of enforce, monitor"],
    [
      `${ACME}policy:\n  on: { sqli: drop }\n`,
      "lazaret.yaml:5: policy.on.sqli: expected one of report, sanitize, block",
    ],
    [
      "listen: ${NOWHERE}\n",
      "lazaret.yaml:1: the environment variable NOWHERE is not set; set it, or write ${NOWHERE:-default}",
    ],
    ["a: [\n", "lazaret.yaml:2: Flow sequence in block collection must be sufficiently indented and end with a ]"],
    [
      "vendors: { acme: { upstream: http://a.example } }\n",
      'lazaret.yaml: vendors.acme.upstream: plain http is refused: use https, or say "insecure: true"',
    ],
    ["listen: 127.0.0.1:1\nlisten: 127.0.0.1:2\n", /^lazaret\.yaml:2: Map keys must be unique$/],
    [
      "policy: { limits: { body: 3XB, time: fast } }\n",
      /limits\.body: expected a size such as 32MiB, [^]*limits\.time: expected a duration such as 10s, /,
    ],
    ["listen: here\n", "lazaret.yaml:1: listen: expected an address such as 127.0.0.1:8080 or [::1]:8080"],
    ["listen: 8080\n", "lazaret.yaml:1: listen: expected an address such as 127.0.0.1:8080 or [::1]:8080"],
    ["workers: 0\n", "lazaret.yaml:1: workers: expected a whole number from 1 to 1024, or auto"],
    ...["*.acme.internal", "acme.internal:8080"].map((host): [string, string] => [
      `${ACME}    hosts: ["${host}"]\n`,
      "lazaret.yaml:4: vendors.acme.hosts.0: expected a host name such as acme.lazaret.internal, without a port",
    ]),
    ["listen: 127.0.0.1:99999\n", "listen: 127.0.0.1:99999: expected a port of at most 65535"],
    [
      "vendors:\n  a/b: { upstream: https://a.example }\n",
      "lazaret.yaml:2: vendors.a/b: expected a vendor name of letters, digits, ",
    ],
    [
      "vendors: { a: { upstream: https://a.example, hosts: [h.example] }, b: { upstream: https://b.example, hosts: [x, H.example] } }\n",
      "vendors.b.hosts.1: H.example chooses a already; leave it out of one",
    ],
    ["admin: { listen: 0.0.0.0:9090 }\n", "admin.listen: 0.0.0.0 is not loopback, so admin.token is needed"],
  ])("%j", (text, message) => {
    expect(() => load(text)).toThrow(message);
  });

  it("and names every problem at once", () => {
    expect(() => load("listne: x\npolicy: { mod: enforce, redaction: 7 }\n")).toThrow(
      /listne[^]*policy\.mod[^]*policy\.redaction/,
    );
  });
});

it("the defaults are DESIGN's", () => {
  const { defaultPolicy } = load("");
  expect(defaultPolicy).toMatchObject({
    mode: "enforce",
    limits: { body: 32 * 2 ** 20, decompressed: 256 * 2 ** 20, ratio: 200, depth: 64, leaves: 1_000_000, time: 10_000 },
    // Undefined is 1 and 5, unless the packs' own set-up says otherwise (test/rules/seclang.test.ts).
    rules: { paranoia: undefined, threshold: undefined, packs: ["lazaret"] },
    antivirus: { unavailable: "block" },
    disarm: {
      html: "sanitize",
      pdf: "rebuild",
      office: "rebuild",
      image: "rebuild",
      archive: "recurse",
      encrypted: "block",
      links: "keep",
      metadata: "keep",
      maxPixels: undefined,
    },
    redaction: "[removed by lazaret]",
  });
});

it("links and metadata of files are a matter of every place of disarm", () => {
  const { policies } = load(
    [
      "policy: { disarm: { links: strip } }",
      "vendors:",
      "  a:",
      "    upstream: https://a.example",
      "    policy: { disarm: { metadata: strip } }",
      "    routes: [{ route: GET /x, disarm: { links: keep } }]",
      "    paths: [{ path: $.x, disarm: { metadata: keep } }]",
      "",
    ].join("\n"),
  );
  expect(policies.get("a")).toMatchObject({
    disarm: { links: "strip", metadata: "strip" },
    routes: [{ disarm: { links: "keep" } }],
    paths: [{ disarm: { metadata: "keep" } }],
  });
  expect(() => load("policy: { disarm: { links: remove } }\n")).toThrow(
    /policy\.disarm\.links: expected one of keep, strip/,
  );
});

it("variables expand, and a vendor's policy lies over the common one", () => {
  const { policies } = load(
    "policy: { redaction: '${R:-gone}', limits: { depth: 9 } }\nvendors:\n  a: { upstream: 'https://${H}', policy: { limits: { leaves: 7 } } }\n",
    { H: "h.example" },
  );
  expect(policies.get("a")).toMatchObject({
    upstream: "https://h.example",
    redaction: "gone",
    limits: { depth: 9, leaves: 7, body: 32 * 2 ** 20 },
  });
});

it("the generated types are up to date", async () => {
  expect(await readFile(new URL("../../src/config/config-types.ts", import.meta.url), "utf8")).toBe(
    await generateConfigTypes(),
  );
});

describe("path expressions", () => {
  it.each([
    ["$.items[*].name", ["items", 3, "name"], true],
    ["$.items[*].name", ["items", "name"], false],
    ["$['it\\'s'][0]", ["it's", 0], true],
    ["$..note", ["a", 1, "note"], true],
    ["$..note.x", ["note", "y"], false],
    ["$.*", ["a"], true],
    ["$", [], true],
  ])("%s on %j: %s", (path, segments, expected) => {
    expect(compileJsonPath(path)(segments)).toBe(expected);
  });

  it.each(["items", "$.", "$[?(@.a)]", "$[-1]", "$.a..", "$[0"])("%s is refused", (path) => {
    expect(() => compileJsonPath(path)).toThrow(SyntaxError);
  });

  it("match the normalized path of every place, and of no other", () => {
    const segments = fc.array(
      fc.oneof(
        fc.nat(9),
        fc.string({ maxLength: 5 }).filter((name) => !/[\u0000-\u001f]/.test(name)),
      ),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(segments, segments, (a, b) => {
        const matches = compileJsonPath(normalizedPath(a));
        expect(matches(a)).toBe(true);
        expect(matches(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });
});

it.each([
  ["GET /items/{id}", "GET", "https://x.example/items/7?q=1", true],
  ["GET /items/{id}", "POST", "/items/7", false],
  ["/items/*", "PUT", "/items/7/x", false],
  ["* /files/**", "PUT", "/files/a/b", true],
  ["/a.b", "GET", "/aXb", false],
])("the route %s on %s %s: %s", (route, method, url, expected) => {
  const exchange = {
    vendor: "a",
    request: { method, url, headers: [] },
    status: 200,
    headers: [],
    body: new Uint8Array(),
  };
  expect(compileRoute(route)(exchange)).toBe(expected);
});

it.each([
  ["2027-01-31", "2027-02-01T00:00:00Z"],
  ["2027-01-31T06:00:00+02:00", "2027-01-31T04:00:00Z"],
])("an exclusion until %s holds before %s, and no longer", (until, end) => {
  const { policies } = load(`${ACME}    exclude: [{ rule: "942100", until: ${until} }]\n`);
  const exchange = {
    vendor: "acme",
    request: { method: "GET", url: "/", headers: [] },
    status: 200,
    headers: [],
    body: new Uint8Array(),
  };
  const at = (now: number): number => policyForExchange(policies.get("acme")!, exchange, now).exclude.length;
  expect([at(Date.parse(end) - 1), at(Date.parse(end))]).toEqual([1, 0]);
});

it("sizes and durations are read with their units", () => {
  expect([parseSize("32MiB"), parseSize("10kB"), parseSize(7)]).toEqual([33554432, 10000, 7]);
  expect([parseDuration("10s"), parseDuration("500ms"), parseDuration("2m")]).toEqual([10000, 500, 120000]);
  expect(() => parseSize("12 apples")).toThrow(RangeError);
});
