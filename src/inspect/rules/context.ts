import type { Category } from "../../core/category.ts";
import { CharClass } from "../../core/char-class.ts";
import type { LeafShape } from "../../core/leaf-shape.ts";
import type { PathKind } from "../../core/policy.ts";
import type { ActiveRule } from "./active-rule.ts";

/** What a value is, as far as its characters tell. `other` is whatever is no text for people: there, every match counts fully. */
export type LeafContext = "identifier" | "number" | "date" | "url" | "prose" | "markup" | "markdown" | "code" | "other";

const NUMBER = CharClass.digit | CharClass.dot | CharClass.hyphen | CharClass.plus | CharClass.comma;
const IDENTIFIER = NUMBER | CharClass.letter | CharClass.colon | CharClass.at;
const LINES = CharClass.space | CharClass.control;
/** Fewer characters hold no sentence that explains what stands in it. */
const SHORTEST_TEXT = 32;
/** Words around what matched, from which on a value is taken for text. */
const FEWEST_WORDS = 6;
/** Characters that are looked at: enough to tell what a text is. */
const SAMPLE = 4096;

const DATE = /^\d{4}-\d\d-\d\d(?:T[\d:.+Z-]*)?$/;
const URL_SHAPE = /^[a-z][a-z0-9+.-]{1,20}:\/\/\S+$/i;
const CODE_START =
  /^(?:@@ -\d|diff --git |--- a\/|Index: |#!\/|<\?xml |(?:import|package|from|using|#include|use) [\w."'<{*])/;
/** Lines as programs and settings have them: ends of statements and blocks, assignments, comments, changed lines of a patch. */
const CODE_LINE =
  /(?:[;{}[\](,]|=>|\\)\s*$|^\s*(?:[}\])]|\/\/|#\s|\/\*|\*\s|<\/?\w|(?:def|func|function|class|const|let|var|return|if|for|import|export|public|private|static) ?\S)|^[\w.$-]+\s*[:=]\s*\S|^[+-](?!\s)/;
const CLOSING_TAG = /<\/(?:p|div|span|a|b|i|em|strong|code|pre|li|ul|ol|table|td|h[1-6]|body|html)>|<br\s*\/?>/i;
const FENCE = /^ {0,3}(?:```|~~~)[^\n]*\n[\s\S]*?(?:^ {0,3}(?:```|~~~)\s*$|$(?![\s\S]))/gm;
const SPAN = /(`{1,2})(?!`)[^`\n]{1,400}\1(?!`)/g;
const INDENTED = /(?:^|\n)[ \t]*\n(?:(?: {4}|\t)[^\n]*(?:\n|$))+/g;
const MARKDOWN =
  /^#{1,6} \S|^ {0,3}[-*+] \S|^ {0,3}\d{1,3}\. \S|^> \S|\*\*[^*\n]{1,80}\*\*|\]\([^)\s]{1,400}\)|^\|.*\|/m;
const WORD = /(?<![^\s("'*_[>])[A-Za-z\u0080-\uffff][a-z'’\u0080-\uffff]*(?=[\s.,;:!?)"'*_\]<]|$)/g;

/** Objects of a database that statements name. */
const OBJECT =
  "(?:temp(?:orary)? |unique |external )?(?:table|database|schema|view|index|user|login|role|procedure|function|trigger)";
/**
 * Statements are made of words too: a short value that begins as one of SQL does, or closes something first, is no text. A
 * keyword alone is not enough, since sentences begin with `Select`, `Update` and `Or`.
 */
const STATEMENT = new RegExp(
  String.raw`^[\s'"\x60);,&|%]*(?:select\b(?=[^]*[*@(=;'",])|(?:insert|merge|replace)\s+into\b|update\s+\S+\s+set\b|delete\s+from\b|(?:drop|create|alter)\s+(?:or\s+replace\s+)?${OBJECT}\b|union\s+(?:all\s+|distinct\s+)?select\b|exec(?:ute)?\s*(?:xp_|sp_|master|immediate|[@('"])|declare\s+@|grant\s+\S+\s+(?:on|to)\b|(?:or|and|having)\b(?=[^]*[=<>'"(])|waitfor\s+(?:delay|time)\b|copy\s+\S+\s+(?:from|to)\b|truncate\s+table\b)|^['"\x60]?\s*[);,&%=]`,
  "i",
);
/** Characters up to which the beginning decides that. */
const SHORT = 300;

/** What a value is. Meant for values in which some rule matched: a mask decides for most, few patterns for the rest. */
export function leafContext(value: string, classes: number): LeafContext {
  if ((classes & LINES) === 0) return wordContext(value, classes);
  if (value.length < SHORTEST_TEXT) return "other";
  if (value.length <= SHORT && STATEMENT.test(value)) return "other";
  const sample = value.length > SAMPLE ? value.slice(0, SAMPLE) : value;
  if (isCode(sample, classes)) return "code";
  const outside = withoutCode(sample, classes);
  if (!isText(outside)) return "other";
  if ((classes & CharClass.less) !== 0 && CLOSING_TAG.test(sample)) return "markup";
  return outside.length !== sample.length || MARKDOWN.test(sample) ? "markdown" : "prose";
}

function wordContext(value: string, classes: number): LeafContext {
  if ((classes & CharClass.digit) !== 0 && DATE.test(value)) return "date";
  if ((classes & ~NUMBER) === 0) return "number";
  if ((classes & ~IDENTIFIER) === 0) return "identifier";
  const isUrl = (classes & CharClass.colon) !== 0 && (classes & CharClass.slash) !== 0 && URL_SHAPE.test(value);
  return isUrl ? "url" : "other";
}

/** Three lines or more, most of them lines of a program or a patch. Lines within Markdown fences are not counted here. */
function isCode(sample: string, classes: number): boolean {
  if ((classes & CharClass.control) === 0 || sample.includes("```")) return false;
  const lines = sample.split("\n").filter((line) => line.trim() !== "");
  if (lines.length < 3) return false;
  const needed = CODE_START.test(sample) ? 0.3 : 0.6;
  return lines.filter((line) => CODE_LINE.test(line)).length >= lines.length * needed;
}

/** Whether there are enough words, and words are most of it: an attack with a word or two is no text. */
function isText(text: string): boolean {
  const words = text.match(WORD) ?? [];
  if (words.length < FEWEST_WORDS) return false;
  const letters = sum(words.map(({ length }) => length + 1));
  return letters >= 0.4 * text.length || words.length >= 60;
}

/** A text without what Markdown sets as code: fences, spans in backquotes, indented blocks. The same text where it has none. */
export function withoutCode(text: string, classes: number): string {
  const hasTicks = (classes & CharClass.backtick) !== 0;
  const outside = hasTicks || text.includes("~~~") ? text.replaceAll(FENCE, "\n").replaceAll(SPAN, " ") : text;
  return (classes & CharClass.control) === 0 ? outside : outside.replaceAll(INDENTED, "\n");
}

/** What a match is worth where people write or quote: in sentences, in text marked up, and in source code. */
interface Worth {
  readonly prose: number;
  readonly markup: number;
  readonly markdown: number;
  readonly code: number;
}

/**
 * A match that is ambiguous counts half in text: two different ones are an attack, one is a quotation. Markup runs script,
 * so cross-site scripting counts fully there. A URL or path inside a sentence is not fetched or opened by whoever stores it.
 */
const AMBIGUOUS: Worth = { prose: 0.5, markup: 0.5, markdown: 0.5, code: 0.3 };
const ADDRESS: Worth = { prose: 0.4, markup: 0.4, markdown: 0.3, code: 0.2 };
const WORTH: Partial<Record<Category, Worth>> = {
  xss: { prose: 0.5, markup: 0.7, markdown: 0.5, code: 0.2 },
  lfi: ADDRESS,
  rfi: ADDRESS,
  ssrf: ADDRESS,
  rce: { prose: 0.5, markup: 0.4, markdown: 0.4, code: 0.2 },
  deserialization: { prose: 0.5, markup: 0.5, markdown: 0.5, code: 0.6 },
  xxe: { prose: 1, markup: 1, markdown: 0.6, code: 0.4 },
};

/** Tag of rules whose match is an attack whatever stands around it. */
const ANYWHERE = "context/any";
/** Tag of rules that count even in what Markdown sets as code. */
const EVEN_IN_CODE = "context/code";
/** What a match of a rule tagged `context/any` is worth in what Markdown sets as code, which is there to be read: three are too many. */
const ANYWHERE_IN_QUOTED = 0.4;
/** Characters from which on matches of different categories no longer add up: a long text about software touches many. */
const LONG = 600;

/** Kinds of value in which people write, so that a match may be a quotation. */
function isWritten(context: LeafContext): context is keyof Worth {
  return context === "prose" || context === "markup" || context === "markdown" || context === "code";
}

/**
 * The anomaly score of the rules that matched one value, weighed by what the value is. `declared` is what the policy says
 * about the path: `text` means that backquotes mean nothing, `code` that all of it is code; or what the vendor's schemas say:
 * `structured` means that nobody writes there, so that nothing is a quotation. `rulesIn` runs the rules over
 * another text: over the value without its code, to tell what stands in code from what stands outside.
 */
export function contextScore(
  rules: readonly ActiveRule[],
  value: string,
  classes: number,
  declared: PathKind | LeafShape | undefined,
  rulesIn: (text: string) => readonly ActiveRule[],
): { readonly score: number; readonly context: LeafContext } {
  const context = declared === "code" ? "code" : declared === "structured" ? "other" : leafContext(value, classes);
  if (!isWritten(context)) return { score: sum(rules.map(({ score }) => score)), context };
  const outside = context === "markdown" && declared !== "text" ? withoutCode(value, classes) : value;
  const remaining = outside === value ? undefined : new Set(rulesIn(outside));
  const scores = new Map<Category | undefined, number>();
  for (const active of rules) {
    const inCode = remaining !== undefined && !remaining.has(active);
    const { category } = active.rule;
    scores.set(category, (scores.get(category) ?? 0) + active.score * worthOf(active.rule, context, inCode));
  }
  const byCategory = [...scores.values()];
  return { score: value.length > LONG ? Math.max(0, ...byCategory) : sum(byCategory), context };
}

function worthOf({ tags, category }: ActiveRule["rule"], context: keyof Worth, inCode: boolean): number {
  if (tags.includes(EVEN_IN_CODE)) return 1;
  const anywhere = tags.includes(ANYWHERE);
  if (inCode) return anywhere && category !== "xss" ? ANYWHERE_IN_QUOTED : 0;
  if (anywhere) return 1;
  return ((category && WORTH[category]) ?? AMBIGUOUS)[context];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
