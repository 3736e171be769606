/**
 * Text that a reader does not see and a program does: tag characters, variation selectors that carry bytes, zero-width
 * runs, bidirectional overrides (CVE-2021-42574), fillers, control characters. What scripts and emoji need stays.
 */

/** Kinds of hidden text, as they end `lazaret/hidden-text/KIND`. */
export type HiddenKind = "tags" | "variation-selectors" | "zero-width" | "bidi" | "fillers" | "control" | "ansi";

export interface HiddenText {
  readonly kind: HiddenKind;
  /** Offset of the first such character, in UTF-16 code units. */
  readonly index: number;
  /** How many characters of this kind are hidden. */
  readonly count: number;
}

/** Anything that could be hidden text: one cheap test for the 99 % of leaves that hold none. */
const SUSPECT =
  /[\u0000-\u0008\u000B\u000E-\u001F\u007F\u009B\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB\u{1BCA0}-\u{1BCA3}\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}]/u;

/** The three flags of RGI emoji tag sequences: England, Scotland, Wales (UTS #51). */
const FLAG_TAGS = ["gbeng", "gbsct", "gbwls"].map((name) =>
  [...name].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join(""),
);
const FLAG = new RegExp(`\\u{1F3F4}(?:${FLAG_TAGS.join("|")})\\u{E007F}`, "uy");
const PICTOGRAPH_BEFORE = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\u20E3]\uFE0F?$/u;
const PICTOGRAPH = /^\p{Extended_Pictographic}/u;
/** Bases with standardized variation sequences: emoji, symbols, CJK, Mongolian, Myanmar, Phags-pa, fullwidth forms. */
const VARIATION_BASE =
  /(?:\p{Emoji}|\p{Sm}|\p{So}|[\p{Script=Han}\p{Script=Mongolian}\p{Script=Myanmar}\p{Script=Phags_Pa}\p{Script=Manichaean}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303F\uFF00-\uFF60\u2010-\u205F])$/u;
const IDEOGRAPH = /\p{Script=Han}$/u;
/** Scripts whose letters join or form conjuncts, and so need ZWJ and ZWNJ in ordinary words. */
const JOINING =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Nko}\p{Script=Mandaic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]\p{M}*$/u;
/** Scripts written without spaces, where U+200B marks where a line may break. */
const SPACELESS_BEFORE =
  /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]\p{M}*$/u;
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const HANGUL_JAMO = /[\u1100-\u11FF\uA960-\uA97C\uD7B0-\uD7FB]/;
const LETTER_BEFORE = /[\p{L}\p{N}]$/u;
const LETTER = /^[\p{L}\p{N}]/u;
/** CSI, OSC and the other escape sequences of ECMA-48, whole where they are whole. */
const ANSI =
  /(?:\u001B\[|\u009B)[0-?]{0,32}[ -/]{0,8}[@-~]?|\u001B\][^\u0007\u001B]{0,256}(?:\u0007|\u001B\\)?|\u001B[ -~]?/y;

/** Isolated zero-width characters in one leaf that still count as a typesetter's habit and not as a message. */
const HABIT = 3;

/** Whether a text could hold hidden characters at all. */
export function mayHide(text: string): boolean {
  return SUSPECT.test(text);
}

/** A stretch of text that is hidden, and so goes. */
interface Stretch {
  readonly kind: HiddenKind;
  readonly start: number;
  readonly end: number;
}

/** What is hidden in a text, by kind, in order of first appearance; empty where nothing is. */
export function findHidden(text: string): HiddenText[] {
  const kinds = new Map<HiddenKind, HiddenText>();
  for (const { kind, start, end } of hiddenStretches(text)) {
    const former = kinds.get(kind);
    const count = (former?.count ?? 0) + (text.slice(start, end).match(/./gsu)?.length ?? 0);
    kinds.set(kind, { kind, index: former?.index ?? start, count });
  }
  return [...kinds.values()];
}

/** The text without what is hidden in it. Idempotent. */
export function stripHidden(text: string): string {
  let visible = text;
  for (let stretches = hiddenStretches(visible); stretches.length > 0; stretches = hiddenStretches(visible)) {
    let kept = "";
    let from = 0;
    for (const { start, end } of stretches) {
      kept += visible.slice(from, start);
      from = end;
    }
    visible = kept + visible.slice(from);
  }
  return visible;
}

function hiddenStretches(text: string): Stretch[] {
  if (!mayHide(text)) return [];
  const stretches: Stretch[] = [];
  const isolated: Stretch[] = [];
  const rightToLeft = RIGHT_TO_LEFT.test(text);
  let index = 0;
  while (index < text.length) {
    const code = text.codePointAt(index) ?? 0;
    const width = code > 0xffff ? 2 : 1;
    const seen = code < 0x7f && code > 0x1f ? undefined : hiddenAt(text, index, code, rightToLeft);
    const end = index + (seen?.width ?? width);
    if (seen?.kind !== undefined) (seen.isolated ? isolated : stretches).push({ kind: seen.kind, start: index, end });
    index = end;
  }
  const all = isolated.length > HABIT ? [...stretches, ...isolated] : stretches;
  return all.toSorted((a, b) => a.start - b.start);
}

interface Seen {
  /** Undefined for a sequence that belongs where it stands. */
  readonly kind: HiddenKind | undefined;
  readonly width: number;
  /** Counts only when there are more than a habit explains. */
  readonly isolated?: boolean;
}

const UNIT = { width: 1 } as const;

function hiddenAt(text: string, index: number, code: number, rightToLeft: boolean): Seen | undefined {
  if (code < 0xa0) return controlAt(text, index, code);
  if (code === 0x1f3f4) return flagAt(text, index);
  if (code >= 0xe0000 && code <= 0xe0fff) return supplementaryAt(text, index, code);
  if ((code >= 0xfe00 && code <= 0xfe0f) || (code >= 0x180b && code <= 0x180f && code !== 0x180e))
    return VARIATION_BASE.test(before(text, index)) ? undefined : { kind: "variation-selectors", ...UNIT };
  if (code >= 0x200b && code <= 0x200d) return zeroWidthAt(text, index, code);
  if (isDirectional(code)) return directionalAt(text, index, code, rightToLeft);
  if (code === 0xad)
    return LETTER_BEFORE.test(before(text, index)) ? undefined : { kind: "zero-width", ...UNIT, isolated: true };
  if (code === 0xfeff && index === 0) return undefined;
  if (isFiller(code)) return fillerAt(text, index, code);
  return undefined;
}

/** The two characters before, enough for a base and its mark or selector. */
function before(text: string, index: number): string {
  return text.slice(Math.max(0, index - 4), index);
}

function controlAt(text: string, index: number, code: number): Seen | undefined {
  if (code === 0x1b || code === 0x9b) {
    ANSI.lastIndex = index;
    return { kind: "ansi", width: ANSI.exec(text)?.[0].length ?? 1 };
  }
  const ordinary = (code >= 0x09 && code <= 0x0d && code !== 0x0b) || code >= 0x80;
  return ordinary ? undefined : { kind: "control", ...UNIT };
}

function flagAt(text: string, index: number): Seen | undefined {
  FLAG.lastIndex = index;
  const flag = FLAG.exec(text);
  return flag === null ? undefined : { kind: undefined, width: flag[0].length };
}

function supplementaryAt(text: string, index: number, code: number): Seen | undefined {
  if (code >= 0xe0100 && code <= 0xe01ef)
    return IDEOGRAPH.test(before(text, index)) ? undefined : { kind: "variation-selectors", width: 2 };
  return { kind: "tags", width: 2 };
}

function zeroWidthAt(text: string, index: number, code: number): Seen | undefined {
  const left = before(text, index);
  const right = text.slice(index + 1, index + 3);
  if (code === 0x200d && PICTOGRAPH_BEFORE.test(left) && PICTOGRAPH.test(right)) return undefined;
  if (code !== 0x200b && JOINING.test(left)) return undefined;
  if (code === 0x200b && SPACELESS_BEFORE.test(left)) return undefined;
  // Bots write it after @ and # so that nobody is notified and nothing is linked.
  if (code === 0x200b && /[@#]$/.test(left) && LETTER.test(right)) return undefined;
  const splitsWord = LETTER_BEFORE.test(left) && LETTER.test(right);
  const inRun = /[\u200B-\u200F\u2060-\u2064\uFEFF]$/.test(left) || /^[\u200B-\u200F\u2060-\u2064\uFEFF]/.test(right);
  return { kind: "zero-width", ...UNIT, isolated: !splitsWord && !inRun };
}

function isDirectional(code: number): boolean {
  return (
    code === 0x061c ||
    code === 0x200e ||
    code === 0x200f ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x206f)
  );
}

function directionalAt(text: string, index: number, code: number, rightToLeft: boolean): Seen | undefined {
  const isMark = code === 0x061c || code === 0x200e || code === 0x200f;
  if (isMark) {
    const inRun = /[\u200B-\u200F\u061C]$/.test(before(text, index));
    return rightToLeft && !inRun ? undefined : { kind: "bidi", ...UNIT, isolated: !inRun };
  }
  // Overrides reorder what is read; embeddings and isolates serve real right-to-left text.
  const overrides = code === 0x202d || code === 0x202e || code >= 0x206a;
  return rightToLeft && !overrides ? undefined : { kind: "bidi", ...UNIT };
}

function isFiller(code: number): boolean {
  return SUSPECT.test(String.fromCodePoint(code));
}

function fillerAt(text: string, index: number, code: number): Seen | undefined {
  if (code === 0x2028 || code === 0x2029) return undefined;
  const width = code > 0xffff ? 2 : 1;
  const neighbours = before(text, index) + text.slice(index + 1, index + 2);
  if ((code === 0x115f || code === 0x1160) && HANGUL_JAMO.test(neighbours)) return undefined;
  const isolated = code === 0x2060 || code === 0xfeff || code === 0x034f;
  return { kind: isolated ? "zero-width" : "fillers", width, isolated };
}
