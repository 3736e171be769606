import { CharClass } from "../../core/char-class.ts";
import type { Transformation } from "./transformations/transformation.ts";

/** A transformation whose outcome cannot be foreseen for values of some classes, and what tells whether it changes one. */
export interface Doubt {
  /** Whether a value of these classes may come out otherwise than foreseen. */
  readonly breaks: (classes: number) => boolean;
  /** Whether this value does. */
  readonly changes: (value: string) => boolean;
  /** Whether the outcome holds no other classes than the value and a space. */
  readonly addsNothing: boolean;
}

/** What is known of a transformation's effect on words, without running it. */
interface Effect extends Doubt {
  /** Characters of words that may come out as white space: members of a character class of a regular expression. */
  readonly splits: string;
  /** Classes that the outcome may hold beside the value's own, where the value holds one of `from`. */
  readonly from: number;
  readonly adds: number;
  /** How much longer than the value the outcome can be, as a factor. */
  readonly growth: number;
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
const NORMALIZING = {
  changes: (value: string): boolean => NORMALIZED.test(value),
  splits: ":",
  addsNothing: true,
};
const REMOVING = { addsNothing: true };
const ENDLESS = { growth: Infinity };
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

/** What is known of transformations beyond where they do nothing: case, white space, what the shell ignores, length. */
const KNOWN: ReadonlyMap<string, Partial<Effect>> = new Map<string, Partial<Effect>>([
  ["lowercase", { breaks: never }],
  [
    "compressWhitespace",
    { breaks: never, splits: String.raw`\s\xa0`, from: CharClass.control | CharClass.nonAscii, adds: CharClass.space },
  ],
  // What is not Base64 becomes empty, and what matches that needs nothing.
  ["base64Decode", { breaks: (classes) => (classes & ~BASE64) === 0, growth: 3 / 4 }],
  ["base64DecodeExt", { growth: 3 / 4 }],
  ["base64Encode", { growth: 4 }],
  ["hexEncode", { growth: 2 }],
  ["urlEncode", { growth: 3 }],
  ["length", ENDLESS],
  ["md5", ENDLESS],
  ["sha1", ENDLESS],
  ["removeWhitespace", REMOVING],
  ["removeNulls", REMOVING],
  ["replaceComments", REMOVING],
  ["removeComments", REMOVING],
  ["removeCommentsChar", REMOVING],
  ["utf8toUnicode", { changes: (value) => !FORESEEN_UNICODE.test(value), splits: String.raw`\x80-\xff`, growth: 8 }],
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
      addsNothing: true,
    },
  ],
]);

/** By what tells whether they change a value, so that of two names for one transformation that is asked once. */
const effects = new WeakMap<Effect["changes"] | Transformation, Effect>();

function effectOf(transformation: Transformation): Effect {
  const { name, triggers } = transformation;
  const key = KNOWN.get(name)?.changes ?? transformation;
  const effect = effects.get(key) ?? {
    breaks: (classes) => triggers === 0 || (classes & triggers) !== 0,
    changes: (value) => transformation.apply(value) !== value,
    addsNothing: false,
    splits: "",
    from: 0,
    adds: 0,
    growth: 1,
    ...KNOWN.get(name),
  };
  effects.set(key, effect);
  return effect;
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

/** Reads off a chain of transformations what can be told without running it. */
export function pipelineEffect(transformations: readonly Transformation[]): PipelineEffect {
  const steps = transformations.map(effectOf);
  const splits = steps.map((effect) => effect.splits).join("");
  const splitting = splits === "" ? undefined : new RegExp(`[${splits}]+`);
  return {
    doubts: steps.filter(({ breaks }) => breaks !== never),
    outcome: (classes) => steps.reduce((held, { from, adds }) => ((held & from) === 0 ? held : held | adds), classes),
    growth: steps.reduce((factor, { growth }) => factor * growth, 1),
    word: (literal) => {
      const pieces = splitting === undefined ? [literal] : literal.split(splitting);
      return pieces.reduce((longest, piece) => (piece.length > longest.length ? piece : longest), "");
    },
  };
}
