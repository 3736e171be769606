import { expect, it } from "vitest";
import { createInspector } from "../../src/index.ts";
import { attackPayloads } from "../support/corpus.ts";

const inspector = await createInspector({ policy: { antivirus: { engines: [] } } });
const attacks = attackPayloads();

/** Unusual but valid spellings around the attack, none of which may change. */
const BEFORE = '\n{ "object" :\t"list", "n": 1.50e+01, "data": [ { "id": 7, "\\u006eame": "Ana\\u0020S", "note": ';
const AFTER = ' , "kept": "\\/ \\u00e9 \u00e9" }, null ,true ]}\r\n ';

it("sanitized JSON differs only inside the offending string, and passes when it is inspected again", async () => {
  let sanitized = 0;
  for (const [i, attack] of attacks.entries()) {
    if (i % 2 === 1) continue;
    const contentType = "application/json";
    const { verdict, body } = await inspector.inspect({ contentType, body: BEFORE + JSON.stringify(attack) + AFTER });
    if (verdict !== "sanitized") continue;
    sanitized++;
    const text = Buffer.from(body).toString();
    const change = text.slice(BEFORE.length, text.length - AFTER.length);
    expect([text.startsWith(BEFORE), text.endsWith(AFTER), typeof JSON.parse(change)]).toEqual([true, true, "string"]);
    const again = await inspector.inspect({ contentType, body });
    expect([again.verdict, again.body]).toEqual(["pass", body]);
  }
  expect(sanitized).toBeGreaterThan(4000);
});
