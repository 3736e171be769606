import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mayMatch } from "../support/rules.ts";
import fingerprints from "../../rules/libinjection/sql-fingerprints.json" with { type: "json" };
import { TELLING_NOTHING } from "../../src/inspect/rules/libinjection/sql/telltale.ts";
import type { Operator } from "../../src/inspect/rules/operators/operator.ts";
import { OPERATORS } from "../../src/inspect/rules/operators/registry.ts";
import { byteString, HTML_PIECES, joined, knownWord, randomBytes, SQL_PIECES } from "../support/injection-strings.ts";

const operator = (name: string): Operator => OPERATORS.get(name.toLowerCase())!("", () => "");
const detectSQLi = operator("detectSQLi");
const detectXSS = operator("detectXSS");

describe("@detectSQLi", () => {
  it.each([
    ["1 union select 1", "1UE1"],
    ["1' or '1'='1", "s&sos"],
    ['x" or "a"="a', "s&sos"],
    ["1; drop table users", "1;Tnn"],
    ["1 UNION/**/ALL/**/SELECT 1", "1UE1"],
    ["-1' and 1=1 union/* foo */select load_file('/etc/passwd')--", "s&1UE"],
    ["1 /*!union*/ select 1", "X"],
    ["admin'--", "sc"],
    ["1 or sleep(5)", "1&f(1"],
  ])("sees %j and captures its fingerprint %s", (value, fingerprint) => {
    expect(detectSQLi.match(value)).toEqual([fingerprint]);
  });

  it.each([
    ["", "nothing"],
    ["union station", "a word of SQL alone"],
    ["O'Brien", "a name with an apostrophe"],
    ["sexy and 17", "a word of logic in prose"],
    ["rock & roll", "an ampersand"],
    ["ABCD-1234--", "dashes at the end of an identifier"],
    ["issue #12", "a hash"],
    ["https://api.example.com/v1/users?from=1&to=2", "a URL"],
    ["2026-11-24T22:55:57Z", "a time"],
  ])("lets %j pass: %s", (value) => {
    expect(detectSQLi.match(value)).toBeUndefined();
  });
});

describe("@detectXSS", () => {
  it.each([
    ["<script>alert(1)</script>", "a tag that runs code"],
    ["<img src=x onerror=alert(1)>", "a handler"],
    ["x' onclick=alert(1) y='", "a handler after the end of an attribute"],
    ["<a href='&#106;avascript:alert(1)'>", "a URL that runs code, encoded"],
    ["<svg/onload=alert(1)>", "a drawing"],
    ["<!-- ` -->", "a comment that ended early in Internet Explorer"],
    ["<!DOCTYPE html>", "a document type"],
    ["<scr\0ipt>", "a tag with a NUL that browsers passed over"],
  ])("sees %j, %s, and captures the value", (value) => {
    expect(detectXSS.match(value)).toEqual([value]);
  });

  it.each([
    ["a < b and b > c", "a comparison"],
    ["<p>Hello <b>world</b></p>", "harmless markup"],
    ["<a href='https://example.com'>link</a>", "a link"],
    ["total=12", "an assignment"],
  ])("lets %j pass: %s", (value) => {
    expect(detectXSS.match(value)).toBeUndefined();
  });
});

describe("what a match needs", () => {
  it("is there in every value that matches", () => {
    fc.assert(
      fc.property(byteString, (value) => {
        for (const one of [detectSQLi, detectXSS])
          if (one.match(value) !== undefined) expect(mayMatch(one.need, value)).toBe(true);
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([
    ["true and true;", "1&1;", "a logic operator and a word that is a number"],
    ["a and b like left", "n&nof", "a logic operator and a function"],
    ["@ AND order.", "v&n", "a logic operator and a variable"],
    ["group;a:int", "n;n:t", "a type, where the table has Transact-SQL's words"],
    ["true ; IFNULL 1e 1e5", "1;Tn1", "a function that begins as IF"],
    ["1.eHAVING.5", "nB1", "a word after a number without an exponent"],
    ["1.is@@,a", "1ov", "an operator after a number with a point"],
    ["0b1is@@", "1ov", "an operator after a binary number"],
  ])("is there in %j, which is %s: %s", (value, fingerprint) => {
    expect(detectSQLi.match(value)).toEqual([fingerprint]);
    expect(mayMatch(detectSQLi.need, value)).toBe(true);
  });

  it.each(["Some parcels shipped", "Köln", "472448@example.com", "2026-11-25 text", "int main", "rock and roll"])(
    "is not there in %j",
    (value) => {
      expect(detectSQLi.match(value)).toBeUndefined();
      expect(mayMatch(detectSQLi.need, value)).toBe(false);
    },
  );

  it("is not there in most identifiers and numbers", () => {
    for (const value of ["4a7d1ed414474e4033ac29ccb8653d9b", "2026-11-24", "3.14159", "200", "café", "12:30"])
      expect([value, mayMatch(detectXSS.need, value), value === "café" || mayMatch(detectSQLi.need, value)]).toEqual([
        value,
        false,
        value === "café",
      ]);
  });

  it("no fingerprint is made of kinds that tell nothing", () => {
    const nothing = new Set(TELLING_NOTHING.toUpperCase());
    const bare = fingerprints.filter((fingerprint) =>
      [...fingerprint.toUpperCase()].every((kind) => nothing.has(kind)),
    );
    expect(bare).toEqual([]);
  });

  it("letters and digits alone make numbers and a word, and no fingerprint that counts", () => {
    // A comment (c), a string (s) and what cannot be read (X) need signs; a number and UNION, and no more, are harmless.
    expect(fingerprints.filter((fingerprint) => /^[1n]{0,2}[^csX]$/i.test(fingerprint))).toEqual(["1U"]);
    const piece = fc.oneof(knownWord, fc.constantFrom("0b1", "0b0", "0x", "1e", "1e5", "7", "1f", "x", "union", "N"));
    const alone = joined(piece.filter((word) => /^[A-Za-z0-9]+$/.test(word)));
    fc.assert(fc.property(alone, (value) => detectSQLi.match(value) === undefined));
  });
});

describe("any input", () => {
  it("is answered without a crash, also where it is no byte string", () => {
    fc.assert(
      fc.property(fc.oneof(randomBytes, fc.string({ unit: "binary", maxLength: 200 })), (value) => {
        for (const one of [detectSQLi, detectXSS]) one.match(value);
      }),
      { numRuns: 5000 },
    );
  });

  it("takes time linear in its length: twice the length does not take four times as long", () => {
    const pieces = [...new Set([...SQL_PIECES, ...HTML_PIECES])];
    const repeated = [...pieces, ...pieces.map((piece) => `${piece} `), ...PAIRS];
    for (const piece of repeated) {
      const time = (length: number): number => {
        const value = piece.repeat(Math.ceil(length / piece.length));
        const began = process.cpuUsage().user;
        for (const one of [detectSQLi, detectXSS]) one.match(value);
        return (process.cpuUsage().user - began) / 1000;
      };
      if (time(50_000) < NOISE) continue;
      const least = (length: number): number => Math.min(time(length), time(length), time(length));
      // Other threads of the process compile and collect meanwhile: what is linear is so at one of a few looks.
      const isLinear = (): boolean => least(100_000) / least(50_000) < 3;
      expect([piece, isLinear() || isLinear() || isLinear()]).toEqual([piece, true]);
    }
  });
});

/** Milliseconds below which a measurement says nothing. */
const NOISE = 25;
/** What could be read again and again. */
const PAIRS = [
  "is.¦is`¦1,¦1+¦a.¦a=¦(+¦$a¦$a$b¦b'0¦x'f¦q'a¦u&'¦\\'¦''¦'\\¦@a+¦{a ¦not ¦union all ¦in(¦user(¦like(¦1 is ¦;;¦- ¦--\n¦#\n¦/**/¦/**//¦[a]",
  "<a ¦<a b=¦<!--¦<!-¦<!>¦<%%¦</>¦<a/¦a=`¦a='¦-\0¦href=&#0;¦href=\x01¦a b=c ¦/=¦\0=",
].flatMap((pieces) => pieces.split("¦"));
