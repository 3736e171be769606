import { gunzipSync, gzipSync } from "node:zlib";
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { inspected, rulesOf, sanitized } from "../support/inspected.ts";
import { expectVerdicts } from "../support/mutated.ts";

const PAGE = "<p>Hello</p><script>alert(1)</script>";
const withFlag = (flag: number, fields: string): Buffer => {
  const plain = gzipSync("hello");
  const header = Buffer.from(plain.subarray(0, 10));
  header[3] = flag;
  return Buffer.concat([header, Buffer.from(fields, "latin1"), plain.subarray(10)]);
};

describe("GZIP", () => {
  it("passes as it came where nothing has to go, several members too", async () => {
    const body = Buffer.concat([gzipSync("hello "), gzipSync("world"), Buffer.alloc(512)]);
    expect((await inspected(body)).body).toBe(body);
    expect((await inspected(withFlag(8, "notes.txt\0"))).verdict).toBe("pass");
  });

  it("holds the disarmed file afterwards", async () => {
    const safe = await sanitized(gzipSync(PAGE));
    expect(gunzipSync(safe).toString()).toBe("<p>Hello</p>");
    expect(execFileSync("gzip", ["-dc"], { input: safe }).toString()).toBe("<p>Hello</p>");
  });

  it("is put back into JSON, and into GZIP in GZIP", async () => {
    const json = JSON.stringify({ id: 7, file: gzipSync(gzipSync(PAGE)).toString("base64") });
    const safe: { file: string } = JSON.parse((await sanitized(json, "application/json")).toString());
    expect(gunzipSync(gunzipSync(Buffer.from(safe.file, "base64"))).toString()).toBe("<p>Hello</p>");
  });

  it("hides no serialized object", async () => {
    for (const object of ["aced0005737200116a6176612e7574696c2e48", "0001000000ffffffff0100000000000000"])
      for (const encoding of ["base64", "hex"] as const) {
        const json = JSON.stringify({ state: gzipSync(Buffer.from(object, "hex")).toString(encoding) });
        expect(rulesOf(await inspected(json, "application/json"))).toContain("lazaret/unscannable/binary");
      }
  });

  it.each([
    ["a comment", withFlag(16, "<?php system($_GET[0]);\0")],
    ["an extra field", withFlag(4, "\x04\0evil")],
    ["data after the end", Buffer.concat([gzipSync("hello"), Buffer.from("MZ")])],
    ["a path for a name", withFlag(8, "../../etc/cron.d/x\0")],
  ])("loses %s", async (_, body) => {
    expect(gunzipSync(await sanitized(body)).toString()).toBe("hello");
  });

  it("blocks bombs, damage and what is cut off", async () => {
    expect(rulesOf(await inspected(gzipSync(Buffer.alloc(64 << 20))))).toEqual(["lazaret/limits/ratio"]);
    expect(rulesOf(await inspected(gzipSync("hello").subarray(0, 20)))).toEqual(["lazaret/malformed/damaged"]);
  });

  it("ends at the depth that policy allows", async () => {
    let body = gzipSync("x");
    for (let i = 0; i < 70; i++) body = gzipSync(body);
    expect(rulesOf(await inspected(body))).toEqual(["lazaret/limits/depth"]);
  });

  it("never makes a mutated stream crash", async () => {
    const stream = gzipSync("hello hello hello");
    await expectVerdicts([stream], 300, "application/gzip");
  });
});
