import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { Command, Option } from "commander";
import { evidenceOf } from "../core/evidence.ts";
import type { Place } from "../inspect/rules/collections.ts";
import { RuleBook } from "../inspect/rules/rule-book.ts";
import { escapedBytes, stepsLine } from "../inspect/rules/trace.ts";
import { EXIT, UsageError } from "./exit.ts";
import { PLACES, readCases, type RuleCase } from "./rule-cases.ts";
import { type Fate, type Judge, type Judgement, judgeValue } from "./rule-judgement.ts";
import { meansRule, type RulePolicyOptions, type VendorRules, vendorRules, withRulePolicy } from "./rule-policy.ts";

interface TestOptions extends RulePolicyOptions {
  readonly file?: string;
  readonly place: Place;
  readonly json?: true;
}

/** `lazaret rules test`: what the rules say of values, or whether they say what cases expect. */
export function rulesTestCommand(): Command {
  return withRulePolicy(new Command("test").description("say which rules match values and what would come of it"))
    .argument("[values...]", "values, or - for one on standard input")
    .option("--file <cases>", "cases: NDJSON, or a YAML list of {value, place?, match?, noMatch?}")
    .addOption(new Option("--place <place>", "where the values stand").choices([...PLACES]).default("values"))
    .option("--json", "print one JSON object a value")
    .action(async (values: readonly string[], options: TestOptions) => {
      if (values.length === 0 && options.file === undefined)
        throw new UsageError("rules test: name a value, or - for standard input, or say --file");
      const cases = options.file === undefined ? [] : readCases(await casesText(options.file), options.file);
      const rules = await vendorRules(options);
      const judge = judgeOf(rules);
      const codes = [await testValues(values, options, judge)];
      if (options.file !== undefined) codes.push(testCases(cases, options.file, options, judge, rules));
      process.exitCode = codes.includes(EXIT.failure) ? EXIT.failure : Math.max(...codes);
    });
}

async function casesText(file: string): Promise<string> {
  return await readFile(file, "utf8").catch((error: unknown) => {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
}

function judgeOf({ policy, statements, inForce }: VendorRules): Judge {
  return {
    policy,
    book: new RuleBook(statements, policy.rules),
    rules: new Map(inForce.rules.map((active) => [active.rule.id, active])),
  };
}

const CODES: Readonly<Record<Fate, number>> = {
  "nothing found": EXIT.pass,
  "only reported": EXIT.pass,
  sanitized: EXIT.sanitized,
  blocked: EXIT.blocked,
};

async function testValues(given: readonly string[], { place, json }: TestOptions, judge: Judge): Promise<number> {
  let code: number = EXIT.pass;
  for (const one of given) {
    const value = one === "-" ? (await text(process.stdin)).replace(/\r?\n$/, "") : one;
    const judgement = judgeValue(judge, place, value);
    console.log(json === true ? JSON.stringify(judgementObject(judgement)) : inWords(judgement));
    code = Math.max(code, CODES[judgement.fate]);
  }
  return code;
}

function judgementObject(judgement: Judgement): object {
  const rules = judgement.rules.map((rule) => ({ ...rule, matched: escapedBytes(rule.matched) }));
  return { ...judgement, rules };
}

function inWords({ value, place, rules, score, context, threshold, fate }: Judgement): string {
  const where = place === "values" ? "" : ` among ${place}`;
  if (rules.length === 0) return `${evidenceOf(value)}${where}: no rule matches`;
  return [
    `${evidenceOf(value)}${where}: ${fate}; score ${rounded(score)} as ${context}, threshold ${threshold}`,
    ...rules.flatMap(({ id, category, message, action, steps, matched }) => [
      `  ${id} ${category}, ${action}: ${message}`,
      `    ${stepsLine(steps)}: ${escapedBytes(matched)}`,
    ]),
  ].join("\n");
}

function rounded(score: number): number {
  return Math.round(score * 100) / 100;
}

function testCases(
  cases: readonly RuleCase[],
  file: string,
  { json }: TestOptions,
  judge: Judge,
  rules: VendorRules,
): number {
  let failed = 0;
  for (const one of cases) {
    const judgement = judgeValue(judge, one.place, one.value);
    const failures = failuresOf(one, judgement, rules);
    if (failures.length > 0) failed += 1;
    if (json === true) console.log(JSON.stringify({ file, line: one.line, failures, ...judgementObject(judgement) }));
    else for (const failure of failures) console.log(`${file}:${one.line}: ${failure}: ${evidenceOf(one.value)}`);
  }
  if (json !== true) console.log(`${file}: ${cases.length - failed} cases hold, ${failed} fail`);
  return failed === 0 ? EXIT.pass : EXIT.failure;
}

/** What a case expects and does not get. An id that no loaded rule has is a mistake in the case. */
function failuresOf(
  { match, noMatch }: RuleCase,
  judgement: Judgement,
  { statements, inForce }: VendorRules,
): string[] {
  const loaded = statements.flatMap((statement) => (statement.kind === "rule" ? [statement.rule] : []));
  const expect = (id: string, isMatch: boolean): string[] => {
    const rule = loaded.find((candidate) => meansRule(id, candidate));
    if (rule === undefined) return [`no loaded rule has the id ${id}`];
    if (judgement.rules.some((judged) => judged.id === rule.id) === isMatch) return [];
    if (!isMatch) return [`${id} matches`];
    const others = matchedIds(judgement) || "none";
    return [`${id} does not match${inForce.idle.has(rule) ? ", since it is not in force" : ""} (matched: ${others})`];
  };
  const none = match?.length === 0 && judgement.rules.length > 0 ? [`rules match (${matchedIds(judgement)})`] : [];
  return [...none, ...(match ?? []).flatMap((id) => expect(id, true)), ...noMatch.flatMap((id) => expect(id, false))];
}

function matchedIds({ rules }: Judgement): string {
  return [...new Set(rules.map(({ id }) => id))].join(", ");
}
