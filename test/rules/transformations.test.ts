import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BYTE_CLASS } from "../../src/core/char-class.ts";
import { TRANSFORMATIONS } from "../../src/inspect/rules/transformations/registry.ts";
import { attackPayloads } from "../support/corpus.ts";
import { formBody, hasModSecurity, type ModSecurity, startModSecurity } from "../support/modsecurity.ts";

const ALL = [...TRANSFORMATIONS.values()];

/** What transformations look for, so that random strings of it meet their edges. */
const ALPHABETS = [
  "\\u%x0123456789abcdefABCDEFGF +&#;x",
  "\\nrtabfv01234567x'\"?^ ,;/(",
  "/.\\..//a",
  "/*-->!<#a \0",
  "&#x;ltgquotampnbsp1234567890A",
  "\0ab \t\n\v\f\r\x85\xa0\xc2",
  "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xff\xed\xa0\x80\xc0\x80\xf5\0ab",
  "QUJD=+/-_ \r\n9A!",
  "0x4142zg'X",
  "f0F1\\ \nuU%",
];

const EDGES = [
  ["", "\0", "a\0b", "9", "abcd9", "QUJD9", "QQ==", "QQ=", "QUI=", "QUJDRA", "Q U J D", "QUJD \r\nRA==", "QU=D"],
  ["0x414243", "0x41424", "x0x41", "0x", "00x41", "0X4g", "..", "../a", "/..", "/a/../..", "a/./b", "a//b", "a/.."],
  ["\\a\\b\\\\", "\\..\\a", "a\\\\\\b", "/./", "./a", "a/b/../../..", "&#", "&#x", "&#xg", "&quot", "&quotx;", "&LT"],
  ["&#99999999999999999999;", "&#xffffffffffffffffff;", "&#x0000000000000000000041;", "&#9223372036854775808;"],
  ["a/*b*/", "a/*b*/c", "a<!--b", "--", "a/*b*//*c", "/*/", "<!---->", "\\", "\\x4", "\\u004", "\\777", "\\400", "\\8"],
  ["%", "%u", "%u00", "%uff1c", "%uFF00", "%u0141", "%%41", "%u%41", "+", "\\00ff1c x", "\\ff1c", "\\0ff1cx", "\\\n"],
  ["\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xf7\xbf\xbf\xbf", "\xf4\x90\x80\x80", "\xe0\x80\xaf", "\xfe\xff"],
].flat();

const bytes = (alphabet: string): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 40 });
const anyByte = fc.string({ unit: fc.nat(255).map((code) => String.fromCharCode(code)), maxLength: 40 });

function values(): string[] {
  const random = [anyByte, anyByte, ...ALPHABETS.map(bytes)];
  const attacks = attackPayloads().filter((_, index) => index % 12 === 0);
  return [
    ...EDGES,
    ...attacks.map((payload) => Buffer.from(payload).toString("latin1").slice(0, 200)),
    ...random.flatMap((arbitrary, seed) => fc.sample(arbitrary, { numRuns: 120, seed })),
  ];
}

describe.skipIf(!hasModSecurity)("a transformation gives the bytes that ModSecurity gives", () => {
  let peer: ModSecurity;
  let answers: Map<string, string>[];
  const inputs = values();

  beforeAll(async () => {
    const rules = ALL.map(
      ({ name }, index) =>
        `SecRule ARGS "@unconditionalMatch" "id:${index + 1},phase:2,pass,log,t:none,t:${name},t:hexEncode,msg:'%{MATCHED_VAR}'"\n`,
    );
    peer = await startModSecurity(rules.join(""));
    const matches = await peer.post("application/x-www-form-urlencoded", inputs.map(formBody));
    answers = matches.map((found) => new Map(found.map(({ id, message }) => [ALL[id - 1]?.name ?? "", message])));
  });
  afterAll(async () => peer.close());

  test.each(ALL)("t:$name", (transformation) => {
    const { name } = transformation;
    const hex = (text: string): string => Buffer.from(text, "latin1").toString("hex");
    const ours = inputs.map((value) => ({ value, result: hex(transformation.apply(value)) }));
    const real = inputs.map((value, index) => ({ value, result: answers[index]?.get(name) }));
    expect(ours).toEqual(real);
  });
});

describe("a value without the triggers of a transformation stays as it is", () => {
  test.each(ALL.filter(({ triggers }) => triggers !== 0))("t:$name", (transformation) => {
    const { triggers } = transformation;
    const untouched = [...BYTE_CLASS.keys()].filter((byte) => ((BYTE_CLASS[byte] ?? 0) & triggers) === 0);
    const text = fc.string({ unit: fc.constantFrom(...untouched.map((code) => String.fromCharCode(code))) });
    fc.assert(
      fc.property(text, (value) => {
        expect(transformation.apply(value)).toBe(value);
      }),
      { numRuns: 300 },
    );
  });
});
