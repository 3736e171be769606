import { CharClass } from "../../core/char-class.ts";
import type { Transformation } from "./transformations/transformation.ts";

/** What is known of a transformation's effect on words, without running it. */
interface Effect {
  /** Whether a value of these classes may come out otherwise than foreseen. */
  readonly breaks: (classes: number) => boolean;
  /** Whether this value does. */
  readonly changes: (value: string) => boolean;
  /** Characters of words that may come out as white space: members of a character class of a regular expression. */
  readonly splits: string;
  /** Classes that the outcome may hold beside the value's own, where the value holds one of `from`. */
  readonly from: number;
  readonly adds: number;
}

const never = (): boolean => false;
const hasPercent = (classes: number): boolean => (classes & CharClass.percent) !== 0;
const PLUS_AS_SPACE = { breaks: hasPercent, splits: "+", from: CharClass.plus, adds: CharClass.space };
const QUOTING = CharClass.apostrophe | CharClass.quote | CharClass.backslash | CharClass.caret;
const JOINING = CharClass.slash | CharClass.paren;
const SEPARATING = CharClass.space | CharClass.control | CharClass.comma | CharClass.semicolon;

/** What the normalization of a path changes: doubled slashes, but for those of a URL, and segments that are a dot or end in two. */
const NORMALIZED = /(?:^|[^:])\/\/|\/\/\/|(?:^|\/)\.(?:\/|$)|\.\.(?:\/|$)/;
/** A colon is a colon no more once the slashes behind it are one. */
const NORMALIZING = { changes: (value: string): boolean => NORMALIZED.test(value), splits: ":" };
const NORMALIZING_WINDOWS = {
  changes: (value: string): boolean => value.includes("\\") || NORMALIZED.test(value),
  splits: ":",
};
/**
 * Text of which `utf8toUnicode` and then `urlDecodeUni` make no other ASCII than it has: of each code point the last byte
 * stays, and here that is none. The rest of Unicode, and what is no UTF-8, has to be looked at.
 */
const FORESEEN_UNICODE =
  /^(?:[\x01-\x7f]|[\xc2\xc3\xc6\xc7\xca\xcb\xce\xcf\xd2\xd3\xd6\xd7\xda\xdb\xde\xdf][\x80-\xbf]|[\xe1-\xec\xee][\x82\x83\x86\x87\x8a\x8b\x8e\x8f\x92\x93\x96\x97\x9a\x9b\x9e\x9f\xa2\xa3\xa6\xa7\xaa\xab\xae\xaf\xb2\xb3\xb6\xb7\xba\xbb\xbe\xbf][\x80-\xbf])*$/;
const BASE64 =
  CharClass.letter |
  CharClass.digit |
  CharClass.plus |
  CharClass.slash |
  CharClass.equals |
  CharClass.space |
  CharClass.control;

/** Transformations whose effect is known beyond where they do nothing: case, white space, what the shell ignores. */
const FOLDING: ReadonlyMap<string, Partial<Effect>> = new Map<string, Partial<Effect>>([
  ["lowercase", { breaks: never }],
  [
    "compressWhitespace",
    { breaks: never, splits: String.raw`\s\xa0`, from: CharClass.control | CharClass.nonAscii, adds: CharClass.space },
  ],
  // What is not Base64 becomes empty, and what matches that needs nothing.
  ["base64Decode", { breaks: (classes) => (classes & ~BASE64) === 0 }],
  ["utf8toUnicode", { changes: (value) => !FORESEEN_UNICODE.test(value), splits: String.raw`\x80-\xff` }],
  ["htmlEntityDecode", { changes: (value) => /&(?:#[xX0-9]|quot|amp|lt|gt|nbsp|[^\x00-\x7f])/i.test(value) }],
  ["normalizePath", NORMALIZING],
  ["normalisePath", NORMALIZING],
  ["normalizePathWin", NORMALIZING_WINDOWS],
  ["normalisePathWin", NORMALIZING_WINDOWS],
  ["urlDecode", PLUS_AS_SPACE],
  ["urlDecodeUni", PLUS_AS_SPACE],
  [
    "cmdLine",
    {
      breaks: (classes) => (classes & QUOTING) !== 0 || ((classes & JOINING) !== 0 && (classes & SEPARATING) !== 0),
      changes: (value) => /["'\\^]|[\s,;][/(]/.test(value),
      splits: String.raw`\s,;`,
      from: SEPARATING,
      adds: CharClass.space,
    },
  ],
]);

function effectOf(transformation: Transformation): Effect {
  const { name, triggers } = transformation;
  return {
    breaks: (classes) => triggers === 0 || (classes & triggers) !== 0,
    changes: (value) => transformation.apply(value) !== value,
    splits: "",
    from: 0,
    adds: 0,
    ...FOLDING.get(name),
  };
}

/** A transformation whose outcome cannot be foreseen for values of some classes, and what tells whether it changes one. */
export interface Doubt {
  readonly transformation: Transformation;
  readonly breaks: (classes: number) => boolean;
  readonly changes: (value: string) => boolean;
  /** Whether the outcome holds no other classes than the value and a space. */
  readonly addsNothing: boolean;
}

/** What is known of a chain of transformations without running it. */
export interface PipelineEffect {
  /** The steps whose outcome cannot always be foreseen. */
  readonly doubts: readonly Doubt[];
  /** The classes that the outcome can hold, where it is as foreseen. */
  outcome(classes: number): number;
  /** How much longer than the value the outcome can be, as a factor. */
  readonly growth: number;
  /** The longest piece of a literal that comes out as it went in; empty where there is none. */
  word(literal: string): string;
}

/** How much longer a transformation can make a value, where it can, and what makes it shorter. */
const GROWTH: ReadonlyMap<string, number> = new Map([
  ["base64Decode", 3 / 4],
  ["base64DecodeExt", 3 / 4],
  ["utf8toUnicode", 8],
  ["base64Encode", 4],
  ["hexEncode", 2],
  ["urlEncode", 3],
  ["length", Infinity],
  ["md5", Infinity],
  ["sha1", Infinity],
]);
const REMOVING = new Set([
  "removewhitespace",
  "removenulls",
  "replacecomments",
  "removecomments",
  "removecommentschar",
  "normalizepath",
  "normalisepath",
  "cmdline",
]);
/** By what tells whether they change a value, so that each is asked once. */
const DOUBTS = new Map<Effect["changes"] | Transformation, Doubt>();

function doubtOf(transformation: Transformation): Doubt {
  const { breaks, changes } = effectOf(transformation);
  const key = FOLDING.get(transformation.name)?.changes ?? transformation;
  const addsNothing = REMOVING.has(transformation.name.toLowerCase());
  const doubt = DOUBTS.get(key) ?? { transformation, breaks, changes, addsNothing };
  DOUBTS.set(key, doubt);
  return doubt;
}

/** Reads off a chain of transformations what can be told without running it. */
export function pipelineEffect(transformations: readonly Transformation[]): PipelineEffect {
  const effects = transformations.map(effectOf);
  const splits = effects.map((effect) => effect.splits).join("");
  const splitting = splits === "" ? undefined : new RegExp(`[${splits}]+`);
  return {
    doubts: transformations.filter((one) => effectOf(one).breaks !== never).map(doubtOf),
    outcome: (classes) => effects.reduce((held, { from, adds }) => ((held & from) === 0 ? held : held | adds), classes),
    growth: transformations.reduce((factor, { name }) => factor * (GROWTH.get(name) ?? 1), 1),
    word: (literal) => {
      const pieces = splitting === undefined ? [literal] : literal.split(splitting);
      return pieces.reduce((longest, piece) => (piece.length > longest.length ? piece : longest), "");
    },
  };
}
