import { describe, expect, it } from "vitest";
import { createInspector } from "../../src/index.ts";
import { ATTACKS } from "./attacks.ts";

const inspector = await createInspector();
const attacks = Object.values(ATTACKS).flat();

const ENCODINGS: readonly [string, (text: string) => string][] = [
  ["URL-encoded", encodeURIComponent],
  ["HTML-escaped", (text) => text.replaceAll(/[^A-Za-z0-9 ]/gu, (c) => `&#x${(c.codePointAt(0) ?? 0).toString(16)};`)],
  [
    "Unicode-escaped",
    (text) => text.replaceAll(/[^A-Za-z0-9 ]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`),
  ],
  ["in base64", (text) => Buffer.from(text).toString("base64")],
];

/** Text of several lines inside base64 is read line by line, as a file; what needs the line break is not seen there. */
const oneLine = attacks.filter((attack) => !/[\r\n]/.test(attack));

async function passed(encode: (text: string) => string): Promise<string[]> {
  const names: string[] = [];
  for (const attack of oneLine) {
    const body = JSON.stringify({ note: encode(attack) });
    if ((await inspector.inspect({ contentType: "application/json", body })).verdict === "pass") names.push(attack);
  }
  return names;
}

describe.each(ENCODINGS)("attacks that come %s", (_, encode) => {
  it("are found as raw ones are, but for 3 in 100", async () => {
    const missed = await passed(encode);
    expect(missed.length, missed.join("\n")).toBeLessThanOrEqual(0.03 * oneLine.length);
  });
});

it.each(["e3s3Kjd9fQ==", "JHs3Kjd9", "L2V0Yy9wYXNzd2Q=", "JyBvciAxPTEtLQ==", "PHNjcmlwdD4=", "PHNjcmlwdD54"])(
  "%s is short and still read",
  async (text) => {
    const { verdict } = await inspector.inspect({ contentType: "application/json", body: JSON.stringify({ text }) });
    expect(verdict).not.toBe("pass");
  },
);

it.each(["subscription", "MDQ6VXNlcjE=", "cGFzc3dvcmQ=", "aGVsbG8gd29ybGQ="])(
  "%s says no more than a name",
  async (text) => {
    const { findings } = await inspector.inspect({ contentType: "application/json", body: JSON.stringify({ text }) });
    expect(findings).toEqual([]);
  },
);
