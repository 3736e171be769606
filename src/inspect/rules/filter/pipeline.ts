import { BASE64_START } from "../transformations/base64-decode.ts";
import type { Transformation } from "../transformations/transformation.ts";
import { bytesOf } from "../byte-set.ts";
import { type Foresight, joinForesight, NO_FORESIGHT } from "./foresight.ts";

/**
 * A pattern of which every value holds a match that a step of a chain of transformations may make something else of than is
 * foreseen. Its flag is at most `i`.
 */
export type Doubt = RegExp;

/** What is known of a chain of transformations without running it. */
export interface PipelineEffect {
  readonly foresight: Foresight;
  readonly doubts: readonly Doubt[];
  /** How much longer than the value the outcome can be, as a factor. */
  readonly growth: number;
}

/** What a transformation does that can be foreseen, and what is in doubt about it. */
interface Known {
  readonly foresight?: Partial<Foresight>;
  readonly doubt?: Doubt;
  /** What is in doubt only where another step that is in doubt comes after: it might take what is left here for a sign. */
  readonly doubtBefore?: Doubt;
}

/** Of a step of which nothing can be told. */
const ALWAYS: Doubt = /(?:)/;
const WHITE_SPACE = bytesOf(" \t\n\v\f\r");
const SLASHES = bytesOf("/");
const HIGHS = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x80 ? 1 : 0));
const PLUS_AS_SPACE = { spaces: bytesOf("+") };
const BACKSLASH: Known = { doubt: /\\/ };
/** White space at an end, and what steps before may have made white space of. */
const TRIMMING: Known = { doubt: /^[\s\0+,;]|[\s\0+,;]$/ };
/** Slashes become one, and what comes of segments that are a dot or end in two is in doubt. */
const NORMALIZING: Known = { foresight: { runs: [SLASHES] }, doubt: /(?:^|\/)\.(?:\/|$)|\.\.(?:\/|$)/ };
const NORMALIZING_WINDOWS: Known = { foresight: { runs: [SLASHES] }, doubt: /\\|(?:^|\/)\.(?:\/|$)|\.\.(?:\/|$)/ };
/**
 * `utf8toUnicode` and the `urlDecodeUni` behind it leave of each code point the last byte. What they make ASCII of is in
 * doubt: a sequence whose last two bytes say so, one of four bytes, and one that breaks off.
 */
const UTF8_DECODED: Known = {
  foresight: { runs: [HIGHS] },
  doubt:
    /[\0\xc0\xc1\xc4\xc5\xc8\xc9\xcc\xcd\xd0\xd1\xd4\xd5\xd8\xd9\xdc\xdd\xe0\xed\xef-\xff]|[\xe1-\xee][\x80\x81\x84\x85\x88\x89\x8c\x8d\x90\x91\x94\x95\x98\x99\x9c\x9d\xa0\xa1\xa4\xa5\xa8\xa9\xac\xad\xb0\xb1\xb4\xb5\xb8\xb9\xbc\xbd]|[\xc2-\xee](?:[\0-\x7f\xc0-\xff]|$)|[\xe1-\xee][\x80-\xbf](?:[\0-\x7f\xc0-\xff]|$)/,
};

const KNOWN: ReadonlyMap<string, Known> = new Map<string, Known>([
  // The case of letters counts for no piece.
  ["lowercase", {}],
  ["uppercase", {}],
  ["compressWhitespace", { foresight: { spaces: WHITE_SPACE, runs: [WHITE_SPACE] } }],
  ["removeWhitespace", { foresight: { deletes: bytesOf(" \t\n\v\f\r\xa0\xc2") }, doubtBefore: /[ \t-\r\xa0\xc2]/ }],
  ["removeNulls", { foresight: { deletes: bytesOf("\0") }, doubtBefore: /\0/ }],
  ["replaceNulls", { foresight: { spaces: bytesOf("\0") } }],
  ["urlDecode", { foresight: PLUS_AS_SPACE, doubt: /%[0-9a-f]{2}/i }],
  ["urlDecodeUni", { foresight: PLUS_AS_SPACE, doubt: /%(?:[0-9a-f]{2}|u[0-9a-f]{4})/i }],
  ["htmlEntityDecode", { doubt: /&(?:#[x0-9]|quot|amp|lt|gt|nbsp|[\x80-\xff])/i }],
  ["utf8toUnicode", { doubt: /[\0\x80-\xff]/ }],
  ["jsDecode", BACKSLASH],
  ["escapeSeqDecode", BACKSLASH],
  ["cssDecode", { doubt: /[\\\0]/ }],
  ["replaceComments", { doubt: /\/\*/ }],
  ["removeComments", { doubt: /\/\*|<!--|--|#/ }],
  ["removeCommentsChar", { doubt: /\/\*|\*\/|<!--|-->|--|#/ }],
  ["trim", TRIMMING],
  ["trimLeft", TRIMMING],
  ["trimRight", TRIMMING],
  ["normalizePath", NORMALIZING],
  ["normalisePath", NORMALIZING],
  ["normalizePathWin", NORMALIZING_WINDOWS],
  ["normalisePathWin", NORMALIZING_WINDOWS],
  [
    "cmdLine",
    {
      foresight: {
        spaces: bytesOf(" ,;\t\r\n"),
        runs: [bytesOf(" ,;\t\r\n")],
        deletes: bytesOf("\"'\\^"),
        spacelessBefore: bytesOf("/("),
      },
      doubtBefore: /["'\\^]|[\s\0+,;][/(]/,
    },
  ],
]);

/** Of Base64 that is read as it comes, or after steps that make no Base64 of what is none. */
const BASE64: Known = { doubt: BASE64_START };
const BEFORE_BASE64: ReadonlySet<string> = new Set(["urlDecode", "urlDecodeUni", "lowercase"]);

/** By which factor outcomes can be longer than what goes in, or are shorter; the others never add. */
const GROWTH: ReadonlyMap<string, number> = new Map([
  ["base64Decode", 3 / 4],
  ["base64DecodeExt", 3 / 4],
  ["base64Encode", 4],
  ["hexEncode", 2],
  ["urlEncode", 3],
  ["utf8toUnicode", 8],
  ["length", Infinity],
  ["md5", Infinity],
  ["sha1", Infinity],
]);

/** Reads off a chain of transformations what can be told without running it. */
export function pipelineEffect(transformations: readonly Transformation[]): PipelineEffect {
  let foresight = NO_FORESIGHT;
  let isDoubted = false;
  const doubts: Doubt[] = [];
  // From the last: what is foreseen of some steps depends on what comes after them.
  for (const i of [...transformations.keys()].toReversed()) {
    const known = knownOf(transformations, i);
    foresight = joinForesight(known.foresight ?? {}, foresight);
    if (known.doubt !== undefined) doubts.push(known.doubt);
    if (known.doubtBefore !== undefined && isDoubted) doubts.push(known.doubtBefore);
    isDoubted ||= doubts.length > 0;
  }
  const growth = [...transformations.keys()].reduce((factor, i) => factor * growthOf(transformations, i), 1);
  return { foresight, doubts, growth };
}

function growthOf(steps: readonly Transformation[], at: number): number {
  return knownOf(steps, at) === UTF8_DECODED ? 1 : (GROWTH.get(steps[at]?.name ?? "") ?? 1);
}

function knownOf(steps: readonly Transformation[], at: number): Known {
  const { name = "" } = steps[at] ?? {};
  if (name === "utf8toUnicode" && steps[at + 1]?.name === "urlDecodeUni") return UTF8_DECODED;
  if (name === "base64Decode" && steps.slice(0, at).every((step) => BEFORE_BASE64.has(step.name))) return BASE64;
  return KNOWN.get(name) ?? { doubt: ALWAYS };
}
