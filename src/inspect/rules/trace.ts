import { charClasses } from "../../core/char-class.ts";
import { evidenceOf } from "../../core/evidence.ts";
import type { ActiveRule } from "./active-rule.ts";
import { fromByteString, toByteString } from "./byte-string.ts";
import type { Place } from "./collections.ts";
import { decodeEntities, decodeEscapes, decodeUrl } from "./decodings.ts";
import { matchLeaf, type Surroundings } from "./leaf-rules.ts";
import { matchLink } from "./link.ts";
import type { Link } from "./rule.ts";
import { Subject } from "./subject.ts";
import type { Transformation } from "./transformations/transformation.ts";
import { decodedVariants } from "./variants.ts";

/** How a rule came to match a value. */
export interface Trace {
  /** What was done to the value before it matched, in order: decodings by name, then transformations as `t:lowercase`. */
  readonly steps: readonly TraceStep[];
  /** The matched bytes. */
  readonly matched: string;
}

/** One step, and whether it made something else of the value. */
export interface TraceStep {
  readonly name: string;
  readonly changed: boolean;
}

/** Tries one rule on one text as inspection does, and tells what it saw; undefined where it does not match. */
export function traceMatch(active: ActiveRule, place: Place, text: string, around: Surroundings): Trace | undefined {
  for (const { form, name } of formsOf(active, text)) {
    const classes = charClasses(form);
    const bytes = place === "headers" && name === undefined ? form : toByteString(form, classes);
    const subject = new Subject(bytes, classes);
    const matched = matchLeaf(active, subject, around);
    if (matched === undefined) continue;
    const decoding = name === undefined ? [] : [{ name, changed: true }];
    return { steps: [...decoding, ...stepsOf(active.rule.links[0], subject)], matched };
  }
  return undefined;
}

/** The text as it came and, for rules of Lazaret's own, as it decodes. */
function formsOf({ rule }: ActiveRule, text: string): { readonly form: string; readonly name: string | undefined }[] {
  const decoded = rule.own ? decodedVariants(text, charClasses(text)) : [];
  return [{ form: text, name: undefined }, ...decoded.map((form) => ({ form, name: decodingName(text, form) }))];
}

const DECODINGS: readonly (readonly [string, (text: string) => string])[] = [
  ["URL-decoded", decodeUrl],
  ["HTML-decoded", decodeEntities],
  ["unescaped", decodeEscapes],
];

function decodingName(text: string, form: string): string {
  for (const [name, decoding] of DECODINGS) {
    const once = decoding(text);
    if (once === form) return name;
    if (decoding(once) === form) return `${name} twice`;
  }
  return "decoded in turn";
}

/** The transformations up to the form that matched: with `multiMatch` that can be an earlier one. */
function stepsOf(link: Link, subject: Subject): TraceStep[] {
  const seen = link.multiMatch ? transformationsSeen(link, subject) : link.transformations;
  let form = subject.plain;
  return seen.map((transformation) => {
    const next = form.after(transformation);
    const changed = next.value !== form.value;
    form = next;
    return { name: `t:${transformation.name}`, changed };
  });
}

function transformationsSeen(link: Link, subject: Subject): readonly Transformation[] {
  const { constant } = link.operator;
  if (constant === undefined) return link.transformations;
  for (let count = 0; count < link.transformations.length; count++) {
    const transformations = link.transformations.slice(0, count);
    if (matchLink({ ...link, multiMatch: false, transformations }, constant, subject) !== undefined)
      return transformations;
  }
  return link.transformations;
}

/** The steps in one line; what changed nothing stands in brackets. */
export function stepsLine(steps: readonly TraceStep[]): string {
  if (steps.length === 0) return "as it came";
  return steps.map(({ name, changed }) => (changed ? name : `(${name})`)).join(" → ");
}

/** Bytes in a form that is safe to print: text as evidence is, what is no UTF-8 as `\xNN`, cut to 64 characters. */
export function escapedBytes(bytes: string): string {
  const text = fromByteString(bytes);
  if (!text.includes("\ufffd")) return evidenceOf(text);
  return evidenceOf(bytes.replaceAll(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`));
}
