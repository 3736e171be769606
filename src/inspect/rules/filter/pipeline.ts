import { CharClass } from "../../../core/char-class.ts";
import { isBase64 } from "../transformations/base64-decode.ts";
import type { Transformation } from "../transformations/transformation.ts";
import { bytesOf, type Foresight, joinForesight, NO_FORESIGHT } from "./foresight.ts";

/** A step of a chain of transformations whose outcome cannot be foreseen for some values, and what tells which. */
export interface Doubt {
  /** Whether a value of these `CharClass` bits may come out otherwise than foreseen. */
  readonly breaks: (classes: number) => boolean;
  /** Whether this value may. */
  readonly changes: (value: string) => boolean;
}

/** What is known of a chain of transformations without running it. */
export interface PipelineEffect {
  readonly foresight: Foresight;
  readonly doubts: readonly Doubt[];
  /** How much longer than the value the outcome can be, as a factor. */
  readonly growth: number;
}

/** What a transformation does that can be foreseen, and what may be in doubt about it all the same. */
interface Known {
  readonly foresight?: Partial<Foresight>;
  readonly doubt?: Doubt;
  /** What is in doubt only where another step that is in doubt comes after: it might take what is left here for a sign. */
  readonly doubtBefore?: Doubt;
}

const WHITE_SPACE = bytesOf(" \t\n\v\f\r");
const SLASHES = bytesOf("/");
const HIGHS = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x80 ? 1 : 0));
const QUOTING = CharClass.apostrophe | CharClass.quote | CharClass.backslash | CharClass.caret;
const PLUS_AS_SPACE = { spaces: bytesOf("+") };
/** Segments of a path that are a dot or end in two. */
const DOT_SEGMENT = /(?:^|\/)\.(?:\/|$)|\.\.(?:\/|$)/;
const NORMALIZING: Known = {
  foresight: { runs: [SLASHES] },
  doubt: { breaks: having(CharClass.dot), changes: matching(DOT_SEGMENT) },
};
const NORMALIZING_WINDOWS: Known = {
  foresight: { runs: [SLASHES] },
  doubt: {
    breaks: having(CharClass.dot | CharClass.backslash),
    changes: (value) => value.includes("\\") || DOT_SEGMENT.test(value),
  },
};
/**
 * Text of which `utf8toUnicode` and then `urlDecodeUni` make no other ASCII than it has: of each code point the last byte
 * stays, and here that is none. The rest of Unicode, and what is no UTF-8, has to be looked at.
 */
const FORESEEN_UNICODE =
  /^(?:[\x01-\x7f]|[\xc2\xc3\xc6\xc7\xca\xcb\xce\xcf\xd2\xd3\xd6\xd7\xda\xdb\xde\xdf][\x80-\xbf]|[\xe1-\xec\xee][\x82\x83\x86\x87\x8a\x8b\x8e\x8f\x92\x93\x96\x97\x9a\x9b\x9e\x9f\xa2\xa3\xa6\xa7\xaa\xab\xae\xaf\xb2\xb3\xb6\xb7\xba\xbb\xbe\xbf][\x80-\xbf])*$/;
/** As `utf8toUnicode` and the `urlDecodeUni` behind it, which belong together. */
const UTF8_DECODED: Known = {
  foresight: { runs: [HIGHS] },
  doubt: { breaks: having(CharClass.nonAscii | CharClass.control), changes: (value) => !FORESEEN_UNICODE.test(value) },
};
/** Whatever holds another byte than these becomes empty. */
const BASE64 =
  CharClass.letter |
  CharClass.digit |
  CharClass.plus |
  CharClass.slash |
  CharClass.equals |
  CharClass.space |
  CharClass.control;

/** White space at an end, and what steps before may have made white space of. */
const TRIMMING: Known = {
  doubt: {
    breaks: having(CharClass.space | CharClass.control | CharClass.plus | CharClass.comma | CharClass.semicolon),
    changes: matching(/^[\s\0+,;]|[\s\0+,;]$/),
  },
};

const KNOWN: ReadonlyMap<string, Known> = new Map<string, Known>([
  ["lowercase", { foresight: { foldsCase: true } }],
  ["uppercase", { foresight: { foldsCase: true } }],
  ["compressWhitespace", { foresight: { spaces: WHITE_SPACE, runs: [WHITE_SPACE] } }],
  [
    "removeWhitespace",
    {
      foresight: { deletes: bytesOf(" \t\n\v\f\r\xa0\xc2") },
      doubtBefore: { breaks: having(CharClass.space | CharClass.control | CharClass.nonAscii), changes: always },
    },
  ],
  [
    "removeNulls",
    {
      foresight: { deletes: bytesOf("\0") },
      doubtBefore: { breaks: having(CharClass.control), changes: (value) => value.includes("\0") },
    },
  ],
  ["replaceNulls", { foresight: { spaces: bytesOf("\0") } }],
  ["urlDecode", { foresight: PLUS_AS_SPACE, doubt: decoding(/%[0-9a-f]{2}/i) }],
  ["urlDecodeUni", { foresight: PLUS_AS_SPACE, doubt: decoding(/%(?:[0-9a-f]{2}|u[0-9a-f]{4})/i) }],
  [
    "htmlEntityDecode",
    {
      doubt: {
        breaks: having(CharClass.ampersand),
        changes: matching(/&(?:#[xX0-9]|quot|amp|lt|gt|nbsp|[^\x00-\x7f])/i),
      },
    },
  ],
  ["base64Decode", { doubt: { breaks: (classes) => (classes & ~BASE64) === 0, changes: isBase64 } }],
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
        foldsCase: true,
        spaces: bytesOf(" ,;\t\r\n"),
        runs: [bytesOf(" ,;\t\r\n")],
        deletes: bytesOf("\"'\\^"),
        spacelessBefore: bytesOf("/("),
      },
      doubtBefore: {
        breaks: having(QUOTING | CharClass.slash | CharClass.paren),
        changes: matching(/["'\\^]|[\s\0+,;][/(]/),
      },
    },
  ],
]);

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

function always(): boolean {
  return true;
}

function having(triggers: number): Doubt["breaks"] {
  return (classes) => (classes & triggers) !== 0;
}

function matching(pattern: RegExp): (value: string) => boolean {
  return (value) => pattern.test(value);
}

function decoding(pattern: RegExp): Doubt {
  return { breaks: having(CharClass.percent), changes: matching(pattern) };
}

/** Reads off a chain of transformations what can be told without running it. */
export function pipelineEffect(transformations: readonly Transformation[]): PipelineEffect {
  let foresight = NO_FORESIGHT;
  let isDoubted = false;
  const doubts: Doubt[] = [];
  // From the last: what is foreseen of some steps depends on what comes after them.
  for (const [i, step] of [...transformations.entries()].toReversed()) {
    const known = knownOf(step, transformations[i + 1]);
    foresight = joinForesight(known.foresight ?? {}, foresight);
    if (known.doubt !== undefined) doubts.push(known.doubt);
    if (known.doubtBefore !== undefined && isDoubted) doubts.push(known.doubtBefore);
    isDoubted ||= doubts.length > 0;
  }
  const growth = transformations.reduce((factor, step, i) => factor * growthOf(step, transformations[i + 1]), 1);
  return { foresight, doubts, growth };
}

function growthOf(step: Transformation, next: Transformation | undefined): number {
  return knownOf(step, next) === UTF8_DECODED ? 1 : (GROWTH.get(step.name) ?? 1);
}

function knownOf(step: Transformation, next: Transformation | undefined): Known {
  if (step.name === "utf8toUnicode" && next?.name === "urlDecodeUni") return UTF8_DECODED;
  return KNOWN.get(step.name) ?? { doubt: doubtOf(step) };
}

const doubts = new WeakMap<Transformation, Doubt>();

/** The doubt about a transformation of which nothing is known but where it does nothing. */
function doubtOf(transformation: Transformation): Doubt {
  const { triggers } = transformation;
  const doubt = doubts.get(transformation) ?? {
    breaks: triggers === 0 ? always : having(triggers),
    changes: (value) => transformation.apply(value) !== value,
  };
  doubts.set(transformation, doubt);
  return doubt;
}
