import fc from "fast-check";
import words from "../../rules/libinjection/sql-words.json" with { type: "json" };

const split = (pieces: string): string[] => pieces.split("¦");

/** Pieces that change what SQL means. */
export const SQL_PIECES: readonly string[] = [
  ..."'\"`#(),;=@{}[]\\.:?%^<>+-!~/*&|$0 \n\0\xA0\xFF",
  ...split(
    "--¦-- ¦/*¦*/¦/*!¦||¦&&¦@@¦$$¦$a$¦$1.2¦\\N¦0x1f¦0x¦0b1¦1¦1e¦1e+¦1.¦f¦d¦0x\0¦0b¦1.e5¦1f¦q'[¦nq'(¦n'¦e'¦u&'¦x'1f'¦b'01'",
  ),
  ...split(
    "a¦foo_bar¦sp_password¦::¦ ¦ ¦ ¦union¦select¦in¦like¦user¦if¦collate¦int¦is¦and¦or¦not¦from¦null¦into outfile",
  ),
];

/** Pieces that change what HTML means. */
export const HTML_PIECES: readonly string[] = [
  ..."<>/='\"` \n\0\xFF&;-a",
  ...split(
    "</¦<!¦<!--¦-->¦-!>¦<?¦<%¦%>¦/>¦script¦svg¦xsl¦img¦onload¦onx¦href¦src¦style¦xmlns¦xlink:href¦attributename¦to¦by",
  ),
  ...split(
    "javascript:¦&#106;ava¦&#x6a;¦&#x6Aava¦&#0000106¦&#¦&#x¦data:¦vbscript¦view-source¦[if¦xml¦import¦<![CDATA[¦]]>",
  ),
  ...split("doctype¦entity¦b=¦é"),
];

/** A word, operator or phrase that libinjection knows. */
export const knownWord: fc.Arbitrary<string> = fc.constantFrom(...Object.values(words).flat());

/** Any bytes, as a byte string. */
export const randomBytes: fc.Arbitrary<string> = fc
  .uint8Array({ maxLength: 60 })
  .map((bytes) => Buffer.from(bytes).toString("latin1"));

/** Pieces put together. */
export const joined = (piece: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(""));

/** Numbers grown together with words, among few other signs. */
const gluedPiece = fc.oneof(fc.constantFrom(..."10xXbBeE+-.fdD5a_ ,;=\n\0", "union", "select", "or"), knownWord);

/** Byte strings that look like SQL or HTML, and any others. */
export const byteString: fc.Arbitrary<string> = fc.oneof(
  joined(gluedPiece),
  joined(fc.constantFrom(...SQL_PIECES)),
  joined(fc.oneof(fc.constantFrom(...SQL_PIECES), knownWord, fc.constant(" "))),
  joined(fc.constantFrom(...HTML_PIECES)),
  randomBytes,
);

/** A text with pieces of SQL and HTML put in and a few characters taken out. */
export function mutated(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const piece = fc.oneof(fc.constantFrom(...SQL_PIECES, ...HTML_PIECES), knownWord);
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(8), piece), { maxLength: 4 });
  return fc.tuple(text, changes).map(([start, splices]) => splices.reduce(splice, start));
}

function splice(text: string, [place, removed, piece]: readonly [number, number, string]): string {
  const at = place % (text.length + 1);
  return text.slice(0, at) + piece + text.slice(at + removed);
}
