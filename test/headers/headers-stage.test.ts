import { describe, expect, it } from "vitest";
import { Budget } from "../../src/core/budget.ts";
import { decideAction, type Policy } from "../../src/core/policy.ts";
import type { HeaderList } from "../../src/core/headers.ts";
import { isInternalHost } from "../../src/core/internal-host.ts";
import type { Part } from "../../src/core/part.ts";
import { createHeadersStage } from "../../src/inspect/headers/stage.ts";
import { defaultPolicy } from "../support/policy.ts";

const stage = createHeadersStage();

interface Seen {
  readonly rule: string;
  readonly action: string;
  readonly leaf: number | undefined;
  readonly rewritten: string | undefined;
}

async function inspect(headers: HeaderList, { status = 200, policy = vendorPolicy(), url = "/v1/items" } = {}) {
  const names = headers.map(([name]) => name);
  const values = headers.map(([, value]) => value);
  const part = {
    label: "headers",
    format: "headers",
    leaves: { segments: (leaf: number) => [names[leaf] ?? ""] },
  } as unknown as Part;
  const exchange = {
    vendor: "acme",
    request: { method: "GET", url, headers: [["Accept", "*/*"]] as HeaderList },
    status,
    headers,
    body: new Uint8Array(),
  };
  const context = { policy, budget: new Budget(policy.limits, () => 0) };
  const detections = await stage.inspect({ exchange, headers: part, body: part }, context);
  return detections.map((detection): Seen => ({
    rule: detection.rule,
    action: decideAction(policy, detection),
    leaf: detection.leaf,
    rewritten:
      detection.remedy?.kind === "rewrite" ? detection.remedy.rewrite(values[detection.leaf ?? 0] ?? "") : undefined,
  }));
}

function vendorPolicy(): Policy {
  return { ...defaultPolicy(), upstream: "https://api.acme.example" };
}

describe("redirects", () => {
  it.each([
    ["http://169.254.169.254/latest/meta-data", "internal"],
    ["https://[::ffff:10.0.0.1]/", "internal"],
    ["https://2130706433/", "internal"],
    ["https://0x7f.1/", "internal"],
    ["https://metadata.google.internal/", "internal"],
    ["https://10.1.2.3.nip.io/", "internal"],
    ["//evil.example/x", "other-host"],
    ["\\\\evil.example/x", "other-host"],
    ["https://api.acme.example@evil.example/", "other-host"],
    ["http://api.acme.example/v1", "downgrade"],
    ["javascript:alert(1)", "scheme"],
    ["file:///etc/passwd", "scheme"],
  ])("to %s are blocked", async (target, rule) => {
    const seen = await inspect([["Location", target]], { status: 302 });
    expect(seen).toEqual([{ rule: `lazaret/redirect/${rule}`, action: "block", leaf: 0, rewritten: undefined }]);
  });

  it.each(["/v2/items", "https://api.acme.example/other", "?page=2"])("to the vendor's own %s pass", async (target) => {
    expect(await inspect([["Location", target]], { status: 307 })).toEqual([]);
  });

  it("to a host that the policy names pass", async () => {
    const policy = { ...vendorPolicy(), redirects: ["*.cdn.example"] };
    expect(await inspect([["Location", "https://a.cdn.example/f"]], { status: 302, policy })).toEqual([]);
    expect(await inspect([["Location", "https://cdn.example.evil/f"]], { status: 302, policy })).toHaveLength(1);
    const any = { ...vendorPolicy(), redirects: ["*"] };
    expect(await inspect([["Location", "https://evil.example/f"]], { status: 302, policy: any })).toEqual([]);
    for (const target of ["https://10.0.0.1/", "http://evil.example/"])
      expect(await inspect([["Location", target]], { status: 302, policy: any })).toHaveLength(1);
  });
});

describe("dangerous fields", () => {
  it.each([
    ["Refresh", "0;url=https://evil.example"],
    ["Clear-Site-Data", '"*"'],
    ["Service-Worker-Allowed", "/"],
    ["SourceMap", "https://evil.example/x.map"],
    ["Proxy-Authenticate", "Basic"],
    ["X-Accel-Redirect", "/internal/secrets"],
    ["Link", '<https://evil.example/x.js>; rel="preload"; as=script'],
    ["Trailer", "Expires, Content-Length"],
  ])("%s goes", async (name, value) => {
    const [seen, ...others] = await inspect([
      ["Content-Type", "application/json"],
      [name, value],
    ]);
    expect(seen).toMatchObject({ action: "sanitize", leaf: 1 });
    expect(others).toEqual([]);
  });

  it("credentials for any origin go, a plain public CORS header stays", async () => {
    expect(
      await inspect([
        ["Access-Control-Allow-Origin", "*"],
        ["Access-Control-Allow-Credentials", "true"],
      ]),
    ).toMatchObject([{ rule: "lazaret/header/cors-credentials", leaf: 1 }]);
    expect(await inspect([["Access-Control-Allow-Origin", "*"]])).toEqual([]);
  });

  it("what real APIs send every day stays", async () => {
    const seen = await inspect([
      ["Content-Type", "application/json; charset=utf-8"],
      [
        "Link",
        '<https://api.acme.example/v1/items?page=2>; rel="next", <https://api.acme.example/v1/items?page=9>; rel="last"',
      ],
      ["ETag", 'W/"abc"'],
      ["X-RateLimit-Remaining", "59"],
      ["Vary", "Accept, Accept-Encoding"],
      ["Content-Security-Policy", "default-src 'none'"],
      ["Set-Cookie", "session=1; Domain=.acme.example; Path=/; Secure; HttpOnly"],
      ["WWW-Authenticate", 'Bearer realm="api"'],
      ["Content-Disposition", 'attachment; filename="report 2026.pdf"'],
    ]);
    expect(seen).toEqual([]);
  });
});

it("a line break in a value is response splitting and blocks", async () => {
  expect(await inspect([["X-Name", "a\r\nSet-Cookie: x=1"]])).toMatchObject([
    { rule: "lazaret/header/line-break", action: "block" },
  ]);
});

it("a cookie for another domain goes", async () => {
  const seen = await inspect([["Set-Cookie", "session=1; Domain=shop.example"]]);
  expect(seen).toMatchObject([{ rule: "lazaret/header/set-cookie", action: "sanitize" }]);
});

describe("Content-Disposition", () => {
  it.each([
    ['attachment; filename="../../etc/cron.d/x"', 'attachment; filename="x"'],
    ["attachment; filename*=UTF-8''..%2F..%2Fpasswd", 'attachment; filename="passwd"'],
    ['attachment; filename="invoice\u202Efdp.exe"', 'attachment; filename="invoicefdp.exe"'],
    ['inline; filename="invoice.pdf.exe"', 'inline; filename="invoice_pdf_exe.bin"'],
    ['attachment; filename="C:\\\\x\\\\evil.txt"', 'attachment; filename="evil.txt"'],
    ['attachment; filename="NUL.txt"', 'attachment; filename="download_NUL.txt"'],
    ['attachment; filename=".."', 'attachment; filename="download"'],
  ])("%s becomes safe", async (value, expected) => {
    const seen = await inspect([["Content-Disposition", value]]);
    expect(seen).toMatchObject([{ rule: "lazaret/header/file-name", action: "sanitize", rewritten: expected }]);
    expect(await inspect([["Content-Disposition", expected]])).toEqual([]);
  });
});

it("statuses that contradict the exchange are malformed", async () => {
  expect(await inspect([], { status: 407 })).toMatchObject([{ rule: "lazaret/header/status", action: "block" }]);
  expect(await inspect([], { status: 42 })).toMatchObject([{ rule: "lazaret/header/status", action: "block" }]);
  expect(await inspect([["Content-Range", "bytes 0-1/9"]], { status: 206 })).toMatchObject([{ action: "block" }]);
});

describe("what the content is", () => {
  it.each<[string, HeaderList]>([
    [
      "two types",
      [
        ["Content-Type", "text/plain"],
        ["content-type", "text/html"],
      ],
    ],
    ["a list of types", [["Content-Type", "application/json, text/html"]]],
    [
      "two charsets of one type",
      [
        ["Content-Type", "text/html"],
        ["Content-Type", "text/html; charset=utf-16le"],
      ],
    ],
    ["a charset said twice", [["Content-Type", "text/html; charset=utf-8; charset=utf-16le"]]],
    ["boundaries that differ in case", [["Content-Type", "multipart/mixed; boundary=a; Boundary=A"]]],
    ["a quote without an end", [["Content-Type", 'application/json; x=", text/html']]],
    [
      "two lengths",
      [
        ["Content-Length", "3"],
        ["Content-Length", "50"],
      ],
    ],
  ])("is not said by %s", async (_, headers) => {
    expect(await inspect(headers)).toMatchObject([{ rule: "lazaret/header/ambiguous", action: "block" }]);
  });

  it.each<[string, HeaderList]>([
    [
      "the same twice",
      [
        ["Content-Type", "text/html;charset=UTF-8"],
        ["Content-Type", 'TEXT/html; charset="utf-8"'],
      ],
    ],
    [
      "the charset that holds anyway",
      [
        ["Content-Type", "text/html"],
        ["Content-Type", "text/html; charset=utf-8"],
      ],
    ],
    ["a quoted list", [["Content-Type", 'multipart/related; type="a/b;charset=x, c/d"; charset=utf-8']]],
    ["the same length twice", [["Content-Length", "3, 3"]]],
    ["an empty value", [["Content-Type", ""]]],
  ])("may be said by %s", async (_, headers) => {
    expect(await inspect(headers)).toEqual([]);
  });
});

it("a flood of fields is over limits", async () => {
  const flood: HeaderList = Array.from({ length: 300 }, (_, i) => [`X-${i}`, "1"]);
  expect(await inspect(flood)).toMatchObject([{ rule: "lazaret/limits/headers", action: "block" }]);
  expect(await inspect([["X-Long", "a".repeat(300_000)]])).toMatchObject([{ rule: "lazaret/limits/headerBytes" }]);
});

it.each([
  "127.0.0.1",
  "[::1]",
  "[64:ff9b::a00:1]",
  "[2002:a00:1::]",
  "localhost",
  "db",
  "x.local",
  "0.0.0.0",
  "100.64.1.1",
])("%s is internal", (host) => {
  expect(isInternalHost(host)).toBe(true);
});

it.each(["api.github.com", "8.8.8.8", "[2606:4700::1111]", "8.8.8.8.nip.io", "local.example"])("%s is not", (host) => {
  expect(isInternalHost(host)).toBe(false);
});
