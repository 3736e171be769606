import { existsSync, readdirSync, readFileSync } from "node:fs";
import { hasModSecurity, startModSecurity } from "./modsecurity.ts";

/** Where Debian's package keeps the rules of the Core Rule Set 3.3.4. */
export const CORE_RULE_SET = "/usr/share/modsecurity-crs";
const SETUP = "/etc/modsecurity/crs/crs-setup.conf";
/** Whether the Core Rule Set is here, and a ModSecurity to run it. */
export const hasCoreRuleSet = hasModSecurity && existsSync(`${CORE_RULE_SET}/rules`) && existsSync(SETUP);

/** The families of rules that apply to leaves. */
const FAMILIES = new Set([921, 930, 931, 932, 933, 934, 941, 942, 943, 944]);

/** Whether a rule is one of those that apply to leaves. */
export function appliesToLeaves(id: number): boolean {
  return FAMILIES.has(Math.floor(id / 1000));
}

function ruleFiles(): string[] {
  const files = readdirSync(`${CORE_RULE_SET}/rules`).filter((file) => file.endsWith(".conf"));
  return files.filter(
    (file) => file.startsWith("REQUEST-901") || FAMILIES.has(Number(/^REQUEST-(\d+)/.exec(file)?.[1])),
  );
}

/** The paranoia level at which each rule for leaves begins to run, as its tag says. */
export function paranoiaLevels(): Map<number, number> {
  const levels = new Map<number, number>();
  for (const file of ruleFiles()) {
    const text = readFileSync(`${CORE_RULE_SET}/rules/${file}`, "latin1").replaceAll(/^\s*#.*$/gm, "");
    for (const [, id, level] of text.matchAll(/\bid:(\d+),(?:(?!\bid:)[^])*?paranoia-level\/(\d)/g))
      levels.set(Number(id), Number(level));
  }
  return levels;
}

/**
 * SecLang that loads the unmodified rules for leaves at a paranoia level. They look at the names and values of arguments
 * only: the raw body, which holds the leaf once more in JSON, is taken from their targets.
 */
export function leafRules(paranoia: number): string {
  const include = (path: string): string => `Include ${path}\n`;
  const levels = `setvar:tx.paranoia_level=${paranoia},setvar:tx.executing_paranoia_level=${paranoia}`;
  return [
    include(SETUP),
    `SecAction "id:900000,phase:1,nolog,pass,t:none,${levels}"\n`,
    ...ruleFiles().map((file) => include(`${CORE_RULE_SET}/rules/${file}`)),
    ...[...paranoiaLevels().keys()].map((id) => `SecRuleUpdateTargetById ${id} "!REQUEST_BODY"\n`),
  ].join("");
}

/**
 * What the real ModSecurity says of leaves, each alone as the value of `{"v": LEAF}` (`ARGS:json.v`): the ids of the rules
 * for leaves that match, those of chains by their first link. At level 4, the rules of lower levels are among them.
 */
export async function askModSecurity(
  leaves: readonly string[],
  paranoia = 4,
): Promise<Map<string, ReadonlySet<number>>> {
  const different = [...new Set(leaves)];
  const peer = await startModSecurity(leafRules(paranoia));
  try {
    const matched = await peer.matchedIds(different);
    const ids = matched.map((found) => new Set([...found].filter(appliesToLeaves)));
    return new Map(different.map((leaf, index) => [leaf, ids[index] ?? new Set()]));
  } finally {
    await peer.close();
  }
}
