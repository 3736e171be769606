import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { Compiler, initSync, type Scanner } from "@virustotal/yara-x";
import type { ComponentHealth } from "../../core/health.ts";
import type { AntivirusEngine, ScanResult } from "./engine.ts";
import { WordFilter } from "./word-filter.ts";

/** A YARA file that cannot be used: says file, line and reason. */
export class YaraError extends Error {}

const TIMEOUT = 5000;
/** A word that `WordFilter` takes. */
const USABLE = /^[\x21-\x7e]{3,}$|^[\x21-\x40]{1,2}$/;

interface ScanReport {
  readonly errors: readonly { readonly message?: string }[];
  readonly matches: readonly { readonly identifier: string }[];
}

/** YARA-X, embedded: compiled to WebAssembly, by VirusTotal. */
export class YaraEngine implements AntivirusEngine {
  readonly name = "yara";
  readonly isRemote = false;
  readonly longest = Number.POSITIVE_INFINITY;
  readonly #scanner: Scanner;
  /** Content is first asked whether it holds any word that a rule needs: a scan costs many times as much. */
  readonly #needs: WordFilter | undefined;
  readonly #rules: number;
  readonly #required: boolean;

  /** Compiles every `.yar` and `.yara` file of a folder. Throws `YaraError`. */
  constructor(folder: string, required: boolean) {
    initSync({
      module: readFileSync(fileURLToPath(new URL("yara_x_js_bg.wasm", import.meta.resolve("@virustotal/yara-x")))),
    });
    const compiler = new Compiler();
    const needs: (string | undefined)[] = [];
    for (const name of readdirSync(folder).toSorted()) {
      if (!/\.yara?$/.test(name)) continue;
      const source = readFileSync(join(folder, name), "utf8");
      try {
        compiler.addSource(source);
      } catch (error) {
        throw new YaraError(compileMessage(join(folder, name), error));
      }
      needs.push(...ruleNeeds(source));
    }
    this.#scanner = compiler.build().scanner();
    this.#scanner.setMaxMatchesPerPattern(1);
    this.#scanner.setTimeoutMs(TIMEOUT);
    this.#needs = needsFilter(needs);
    this.#rules = needs.length;
    this.#required = required;
  }

  scan(bytes: Uint8Array): ScanResult {
    if (this.#needs?.isIn(bytes) === false) return { kind: "clean" };
    try {
      const report: ScanReport = this.#scanner.scan(bytes);
      const [error] = report.errors;
      if (error !== undefined) return { kind: "failed", reason: error.message ?? "YARA gave an error" };
      if (report.matches.length === 0) return { kind: "clean" };
      return { kind: "infected", names: report.matches.map(({ identifier }) => identifier) };
    } catch (error) {
      return { kind: "failed", reason: error instanceof Error ? error.message : String(error) };
    }
  }

  async health(): Promise<ComponentHealth> {
    return { name: "yara", state: "up", required: this.#required, detail: `${this.#rules} rules` };
  }
}

/**
 * What each rule of a file says it cannot match without: words of its `needs` meta, apart by spaces. Undefined for a rule
 * that says nothing, which then has to be run over everything.
 */
function ruleNeeds(source: string): (string | undefined)[] {
  const rules = source.split(/^\s*(?:(?:private|global)\s+)*rule\s+\w+/m).slice(1);
  return rules.map((rule) => /^\s*needs\s*=\s*"([^"]+)"/m.exec(rule)?.[1]);
}

/** Undefined where some rule has to be run over everything. */
function needsFilter(needs: readonly (string | undefined)[]): WordFilter | undefined {
  const words: string[] = [];
  for (const need of needs) {
    if (need === undefined) return undefined;
    words.push(...need.split(" "));
  }
  return words.every((word) => USABLE.test(word)) ? new WordFilter(words) : undefined;
}

function compileMessage(file: string, error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = /line:(\d+)/.exec(text)?.[1];
  return `${file}${line === undefined ? "" : `:${line}`}: ${text.split("\n")[0] ?? text}`;
}
