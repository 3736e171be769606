import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type CompiledPack, compilePack } from "./compile.ts";
import type { Pack } from "./load.ts";
import { RuleBook } from "./rule-book.ts";
import type { Directive } from "./seclang/directives.ts";
import type { RuleSettings } from "./settle.ts";

/** Packs and books that are kept: a reload or a second inspector of a process has most of them again. */
const MOST_PACKS = 8;
const MOST_BOOKS = 16;

const packs = new Map<string, CompiledPack>();
const books = new Map<string, RuleBook>();
const numbers = new WeakMap<Pack["statements"], number>();
let next = 1;

/** What directives say: compiled once for the same text and the same data files, by content. */
export function compiledPack(directives: readonly Directive[]): CompiledPack {
  const key = contentKey(directives);
  const pack = packs.get(key) ?? compilePack(directives);
  // What is broken is read again, so that a data file that appears is seen.
  if (pack.errors.length === 0) keep(packs, key, pack, MOST_PACKS);
  return pack;
}

/** The rules of packs under settings: settled and planned once for the same packs. */
export function ruleBookOf(some: readonly Pack[], settings: RuleSettings): RuleBook {
  const key = `${some.map(({ statements }) => numberOf(statements)).join(" ")}/${settings.paranoia ?? ""}`;
  const book =
    books.get(key) ??
    new RuleBook(
      some.flatMap(({ statements }) => statements),
      settings,
    );
  keep(books, key, book, MOST_BOOKS);
  return book;
}

function numberOf(statements: Pack["statements"]): number {
  const number = numbers.get(statements) ?? next++;
  numbers.set(statements, number);
  return number;
}

/** Puts an entry last, and drops the first where there are too many. */
function keep<T>(entries: Map<string, T>, key: string, value: T, most: number): void {
  entries.delete(key);
  entries.set(key, value);
  const [oldest] = entries.keys();
  if (entries.size > most && oldest !== undefined) entries.delete(oldest);
}

function contentKey(directives: readonly Directive[]): string {
  const hash = createHash("sha256");
  for (const { name, words, file, line } of directives) {
    hash.update(JSON.stringify([name, words, file, line]));
    const data = /@(?:pmf|pmfromfile|ipmatchf|ipmatchfromfile)\s+(\S+)/i.exec(words[1] ?? "")?.[1];
    if (data !== undefined) hash.update(contentOf(join(dirname(file), data)));
  }
  return hash.digest("base64");
}

function contentOf(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch {
    // The operator says so when it is made.
    return new Uint8Array();
  }
}
