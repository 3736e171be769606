import { LineCounter, isSeq, parseDocument } from "yaml";
import type { Place } from "../inspect/rules/collections.ts";
import { UsageError } from "./exit.ts";

/** A value of a file of cases, and the rules that must match it and those that must not. */
export interface RuleCase {
  /** 1-based line in its file. */
  readonly line: number;
  readonly value: string;
  readonly place: Place;
  /** Empty where it says that no rule matches; undefined where it says nothing. */
  readonly match: readonly string[] | undefined;
  readonly noMatch: readonly string[];
}

/** The places of a response that a value can stand in. */
export const PLACES: readonly Place[] = ["values", "keys", "headers"];

/** Reads cases: NDJSON where the text begins with a brace, else a YAML list. Throws `UsageError` with file and line. */
export function readCases(text: string, file: string): RuleCase[] {
  return /^\s*\{/.test(text) ? ndjsonCases(text, file) : yamlCases(text, file);
}

function ndjsonCases(text: string, file: string): RuleCase[] {
  return text.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    try {
      return [caseOf(JSON.parse(line), file, i + 1)];
    } catch (error) {
      if (error instanceof SyntaxError) throw new UsageError(`${file}:${i + 1}: ${error.message}`);
      throw error;
    }
  });
}

function yamlCases(text: string, file: string): RuleCase[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken !== undefined)
    throw new UsageError(`${file}:${broken.linePos?.[0].line ?? 1}: ${broken.message.split("\n")[0]}`);
  const { contents } = document;
  const values: unknown = document.toJS();
  if (!isSeq(contents) || !Array.isArray(values)) throw new UsageError(`${file}:1: expected a list of cases`);
  return contents.items.map((item, i) => caseOf(values[i], file, lines.linePos(startOf(item)).line));
}

function startOf(item: unknown): number {
  const isPlaced = typeof item === "object" && item !== null && "range" in item && Array.isArray(item.range);
  return isPlaced && Array.isArray(item.range) ? Number(item.range[0]) : 0;
}

const KEYS = new Set(["value", "place", "match", "noMatch"]);

function caseOf(given: unknown, file: string, line: number): RuleCase {
  const fail = (reason: string): never => {
    throw new UsageError(`${file}:${line}: ${reason}`);
  };
  if (typeof given !== "object" || given === null || Array.isArray(given)) return fail("expected an object");
  const unknown = Object.keys(given).find((key) => !KEYS.has(key));
  if (unknown !== undefined) return fail(`the key ${unknown} is not known; expected ${[...KEYS].join(", ")}`);
  const entries = new Map<string, unknown>(Object.entries(given));
  const value = entries.get("value");
  if (typeof value !== "string") return fail("expected value to be a string");
  const place = PLACES.find((known) => known === (entries.get("place") ?? "values"));
  if (place === undefined) return fail(`expected place to be one of ${PLACES.join(", ")}`);
  if (!entries.has("match") && !entries.has("noMatch")) return fail("expected match or noMatch");
  const ids = (key: string): string[] => {
    const list = entries.get(key) ?? [];
    return Array.isArray(list) ? list.map(String) : fail(`expected ${key} to be a list of ids`);
  };
  return { line, value, place, match: entries.has("match") ? ids("match") : undefined, noMatch: ids("noMatch") };
}
