import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { boundedPattern } from "../../src/inspect/rules/linear/bounded-pattern.ts";
import { compilePattern } from "../../src/inspect/rules/operators/pattern.ts";
import { readDirectives } from "../../src/inspect/rules/seclang/directives.ts";

/** A pattern of a rule set, and where it stands. */
export interface RulePattern {
  /** The rule's id, or the file and line of one that has none. */
  readonly rule: string;
  readonly pattern: RegExp;
}

/** Debian's package `modsecurity-crs`. */
export const CORE_RULE_SET = "/usr/share/modsecurity-crs/rules";
export const OWN_PACK = fileURLToPath(new URL("../../rules", import.meta.url));

/** Every `@rx` pattern of a folder's rule files that compiles and can be bounded. */
export function rulePatterns(folder: string): RulePattern[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".conf"));
  return files.toSorted().flatMap((file) => {
    const directives = readDirectives(readFileSync(join(folder, file), "latin1"), file, []);
    return directives.flatMap(({ name, words, line }) => {
      const source = name === "SecRule" ? /^!?@rx\s+(.*)$/s.exec(words[1] ?? "")?.[1] : undefined;
      const pattern = source === undefined ? undefined : compiled(source);
      const rule = /\bid:'?(\d+)/.exec(words[2] ?? "")?.[1] ?? `${file}:${line}`;
      return pattern === undefined ? [] : [{ rule, pattern }];
    });
  });
}

function compiled(source: string): RegExp | undefined {
  try {
    const { regExp } = compilePattern(source);
    // One that cannot be bounded is run on short values only.
    boundedPattern(regExp);
    return regExp;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
