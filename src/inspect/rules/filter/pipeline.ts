import { BASE64_START } from "../transformations/base64-decode.ts";
import type { Transformation } from "../transformations/transformation.ts";
import { bytesOf } from "../byte-set.ts";
import { type Foresight, joinForesight, NO_FORESIGHT } from "./foresight.ts";

/**
 * A pattern of which every value holds a match that a step of a chain of transformations may make something else of than is
 * foreseen. Its flag is at most `i`.
 */
export type Doubt = RegExp;

/** What is in doubt about a step of a chain. */
export interface DoubtedStep {
  readonly doubt: Doubt;
  /** What is foreseen of the steps before it, whose outcome the doubt is about. */
  readonly before: Foresight;
  /** How many steps are done once it is, and the doubt is over. */
  readonly done: number;
}

/** What is known of a chain of transformations without running it. */
export interface PipelineEffect {
  readonly foresight: Foresight;
  /** In the order of the steps. */
  readonly doubts: readonly DoubtedStep[];
  /** How much longer than the value the outcome can be, as a factor. */
  readonly growth: number;
}

/** What a transformation does that can be foreseen, and what is in doubt about it. */
interface Known {
  readonly foresight?: Partial<Foresight>;
  readonly doubt?: Doubt;
  /** By which factor the outcome can be longer than what goes in; 1 where it is not given. */
  readonly growth?: number;
  /** How many steps it is about; 1 where it is not given. */
  readonly steps?: number;
}

/** Of a step of which nothing can be told. */
const ALWAYS: Doubt = /(?:)/;
/** Of each four bytes of Base64 three are left. */
const DECODED_BASE64 = 3 / 4;
const WHITE_SPACE = bytesOf(" \t\n\v\f\r");
const SLASHES = bytesOf("/");
const HIGHS = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x80 ? 1 : 0));
const PLUS_AS_SPACE = { spaces: bytesOf("+") };
const BACKSLASH: Known = { doubt: /\\/ };
const TRIMMING: Known = { doubt: /^\s|\s$/ };
/** Segments of a path that are a dot or end in two. */
const DOT_SEGMENT = /(?:^|\/)\.(?:\/|$)|\.\.(?:\/|$)/;
/** Slashes become one, and what comes of segments that are a dot or end in two is in doubt. */
const NORMALIZING: Known = { foresight: { runs: [SLASHES] }, doubt: DOT_SEGMENT };
const NORMALIZING_WINDOWS: Known = { ...NORMALIZING, doubt: new RegExp(String.raw`\\|${DOT_SEGMENT.source}`) };
/**
 * `utf8toUnicode` and the `urlDecodeUni` behind it leave of each code point the last byte. What they make ASCII of is in
 * doubt: a sequence whose last two bytes say so, one of four bytes, and one that breaks off.
 */
const UTF8_DECODED: Known = {
  steps: 2,
  foresight: { runs: [HIGHS] },
  doubt:
    /[\0\xc0\xc1\xc4\xc5\xc8\xc9\xcc\xcd\xd0\xd1\xd4\xd5\xd8\xd9\xdc\xdd\xe0\xed\xef-\xff]|[\xe1-\xee][\x80\x81\x84\x85\x88\x89\x8c\x8d\x90\x91\x94\x95\x98\x99\x9c\x9d\xa0\xa1\xa4\xa5\xa8\xa9\xac\xad\xb0\xb1\xb4\xb5\xb8\xb9\xbc\xbd]|[\xc2-\xee](?:[\0-\x7f\xc0-\xff]|$)|[\xe1-\xee][\x80-\xbf](?:[\0-\x7f\xc0-\xff]|$)/,
};

const KNOWN: ReadonlyMap<string, Known> = new Map<string, Known>([
  // The case of letters counts for no piece.
  ["lowercase", {}],
  ["uppercase", {}],
  ["compressWhitespace", { foresight: { spaces: WHITE_SPACE, runs: [WHITE_SPACE] } }],
  ["removeWhitespace", { foresight: { deletes: bytesOf(" \t\n\v\f\r\xa0\xc2") } }],
  ["removeNulls", { foresight: { deletes: bytesOf("\0") } }],
  ["replaceNulls", { foresight: { spaces: bytesOf("\0") } }],
  ["urlDecode", { foresight: PLUS_AS_SPACE, doubt: /%[0-9a-f]{2}/i }],
  ["urlDecodeUni", { foresight: PLUS_AS_SPACE, doubt: /%(?:[0-9a-f]{2}|u[0-9a-f]{4})/i }],
  ["htmlEntityDecode", { doubt: /&(?:#[x0-9]|quot|amp|lt|gt|nbsp|[\x80-\xff])/i }],
  ["utf8toUnicode", { doubt: /[\0\x80-\xff]/, growth: 8 }],
  ["base64DecodeExt", { doubt: ALWAYS, growth: DECODED_BASE64 }],
  ["base64Encode", { doubt: ALWAYS, growth: 4 }],
  ["hexEncode", { doubt: ALWAYS, growth: 2 }],
  ["urlEncode", { doubt: ALWAYS, growth: 3 }],
  ["length", { doubt: ALWAYS, growth: Infinity }],
  ["md5", { doubt: ALWAYS, growth: Infinity }],
  ["sha1", { doubt: ALWAYS, growth: Infinity }],
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
    },
  ],
]);

/** Of Base64 that is read as it comes, or after steps that make no Base64 of what is none; and of any other. */
const PLAIN_BASE64: Known = { doubt: BASE64_START, growth: DECODED_BASE64 };
const LATE_BASE64: Known = { doubt: ALWAYS, growth: DECODED_BASE64 };
const BEFORE_BASE64: ReadonlySet<string> = new Set(["urlDecode", "urlDecodeUni", "lowercase"]);

/** Reads off a chain of transformations what can be told without running it. */
export function pipelineEffect(transformations: readonly Transformation[]): PipelineEffect {
  let foresight = NO_FORESIGHT;
  let factor = 1;
  const doubts: DoubtedStep[] = [];
  for (const i of transformations.keys()) {
    const { foresight: own = {}, doubt, growth = 1, steps = 1 } = knownOf(transformations, i);
    // Base64 is looked for as it comes: no step before makes some of what is none.
    const before = doubt === BASE64_START ? NO_FORESIGHT : foresight;
    if (doubt !== undefined) doubts.push({ doubt, before, done: i + steps });
    foresight = joinForesight(foresight, { ...NO_FORESIGHT, ...own });
    factor *= growth;
  }
  return { foresight, doubts, growth: factor };
}

function knownOf(steps: readonly Transformation[], at: number): Known {
  const { name = "" } = steps[at] ?? {};
  if (name === "utf8toUnicode" && steps[at + 1]?.name === "urlDecodeUni") return UTF8_DECODED;
  if (name === "base64Decode")
    return steps.slice(0, at).every((step) => BEFORE_BASE64.has(step.name)) ? PLAIN_BASE64 : LATE_BASE64;
  return KNOWN.get(name) ?? { doubt: ALWAYS };
}
