import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { compileActions, compileAssignments, compileControls, compileTransformations } from "./compile-actions.ts";
import { OPERATORS } from "./operators/registry.ts";
import type { Operator } from "./operators/operator.ts";
import { CATEGORY_OF_TAG, SEVERITIES } from "./category.ts";
import type { Disruption, Link, OperatorSource, Rule, Statement } from "./rule.ts";
import type { ActionWord } from "./seclang/actions.ts";
import type { Directive } from "./seclang/directives.ts";
import type { RuleProblem } from "./seclang/rule-error.ts";
import { parseTargets } from "./seclang/targets.ts";
import { expandTemplate, macrosOf, parseTemplate } from "./seclang/template.ts";
import { applyUpdate, isUpdate } from "./updates.ts";

/** What a pack's directives say, and what is wrong with them. */
export interface CompiledPack {
  readonly statements: readonly Statement[];
  /** What makes the pack unusable. */
  readonly errors: readonly RuleProblem[];
  /** What is not understood and left out: settings of a web server's engine, for the most part. */
  readonly warnings: readonly RuleProblem[];
}

/** Directives that set up an engine inside a web server, and say nothing about rules. */
const ENGINE_SETTINGS =
  /^Sec(?:RuleEngine|DefaultAction|CollectionTimeout|(?:Request|Response)Body\w*|Audit\w*|Debug\w*|Pcre\w*|Argument\w*|Unicode\w*|StatusEngine|TmpDir|DataDir|Upload\w*|CookieFormat|ServerSignature|GeoLookupDb|HttpBl\w*)$/i;

/** Rules and markers of a pack's directives, its updates and removals applied. */
export function compilePack(directives: readonly Directive[]): CompiledPack {
  const compiler = new PackCompiler();
  for (const directive of directives) compiler.add(directive);
  return compiler.finished();
}

interface OpenChain {
  readonly head: Directive;
  readonly actions: readonly ActionWord[];
  readonly links: Link[];
}

class PackCompiler {
  readonly #errors: RuleProblem[] = [];
  readonly #warnings: RuleProblem[] = [];
  #statements: Statement[] = [];
  #signature = "";
  #chain: OpenChain | undefined;
  /** Inside a chain in which something is wrong: the rest of it would only lead to errors that follow from that. */
  #broken = false;

  add(directive: Directive): void {
    const { name, words, file, line } = directive;
    try {
      switch (name.toLowerCase()) {
        case "secrule":
          return this.#rule(directive);
        case "secaction":
          return this.#rule({ ...directive, words: ["SECACTION", "@unconditionalMatch", words[0] ?? ""] });
        case "secmarker":
          this.#statements.push({ kind: "marker", name: words[0] ?? "" });
          return;
        case "seccomponentsignature":
          this.#signature = words[0] ?? "";
          return;
        default:
          if (isUpdate(name)) this.#statements = applyUpdate(directive, this.#statements);
          else if (!ENGINE_SETTINGS.test(name))
            this.#warnings.push({ file, line, reason: `the directive ${name} is not understood and left out` });
      }
    } catch (error) {
      this.#chain = undefined;
      this.#broken = /(?:^|[\s,"])chain\b/i.test(words[2] ?? "");
      this.#errors.push({ file, line, reason: error instanceof Error ? error.message : String(error) });
    }
  }

  finished(): CompiledPack {
    if (this.#chain !== undefined) {
      const { file, line } = this.#chain.head;
      this.#errors.push({ file, line, reason: "the chain has no last rule" });
    }
    const ids = new Map<string, Rule>();
    for (const statement of this.#statements) {
      if (statement.kind !== "rule") continue;
      const { id, file, line } = statement.rule;
      const former = ids.get(id);
      if (former !== undefined)
        this.#errors.push({ file, line, reason: `the id ${id} is taken by the rule at ${former.file}:${former.line}` });
      ids.set(id, statement.rule);
    }
    return { statements: this.#statements, errors: this.#errors, warnings: this.#warnings };
  }

  #rule(directive: Directive): void {
    const actions = compileActions(directive.words[2] ?? "");
    if (this.#broken) {
      this.#broken = actions.some(({ name }) => name === "chain");
      return;
    }
    const chain = this.#chain ?? { head: directive, actions, links: [] };
    chain.links.push(compileLink(directive, actions));
    this.#chain = actions.some(({ name }) => name === "chain") ? chain : undefined;
    if (this.#chain !== undefined) return;
    const [first, ...rest] = chain.links;
    if (first !== undefined)
      this.#statements.push({ kind: "rule", rule: compileRule(chain, [first, ...rest], this.#signature) });
  }
}

function compileLink({ words, file }: Directive, actions: readonly ActionWord[]): Link {
  const [variables = "", operator = ""] = words;
  return {
    targets: parseTargets(variables),
    transformations: compileTransformations(actions),
    multiMatch: actions.some(({ name }) => name === "multimatch"),
    operator: compileOperator(operator, file),
    capture: actions.some(({ name }) => name === "capture"),
    assignments: compileAssignments(actions),
    controls: compileControls(actions),
  };
}

/** An operator without `@` is `@rx`. */
function compileOperator(text: string, file: string): OperatorSource {
  const [, negation, name = "rx", argument = text.replace(/^\s*!/, "")] = /^\s*(!?)\s*@(\w+)\s*(.*)$/s.exec(text) ?? [
    text,
    /^\s*!/.test(text) ? "!" : "",
  ];
  const factory = OPERATORS.get(name.toLowerCase());
  if (factory === undefined) throw new SyntaxError(`the operator @${name} is not known`);
  const template = parseTemplate(Buffer.from(argument, "utf8").toString("latin1"));
  const made = new Map<string, Operator>();
  const make = (expanded: string): Operator => {
    const known = made.get(expanded);
    if (known !== undefined) return known;
    if (made.size > 1000) made.clear();
    const operator = factory(expanded, (data) => readFileSync(join(dirname(file), data), "latin1"));
    made.set(expanded, operator);
    return operator;
  };
  try {
    // One that needs no macro is made at once, so that what is wrong with it shows.
    const constant = macrosOf(template).length === 0 ? make(expandTemplate(template, () => undefined)) : undefined;
    return { name, argument: template, negated: negation === "!", constant, make };
  } catch (error) {
    throw new SyntaxError(`@${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

const DISRUPTIONS: ReadonlyMap<string, Disruption> = new Map([
  ["pass", "pass"],
  ["allow", "pass"],
  ["block", "block"],
  ["deny", "deny"],
  ["drop", "deny"],
  ["redirect", "deny"],
]);

function compileRule({ head, actions }: OpenChain, links: Rule["links"], signature: string): Rule {
  const value = (name: string): string | undefined => actions.find((action) => action.name === name)?.value;
  const tags = actions.flatMap((action) => (action.name === "tag" ? [action.value ?? ""] : []));
  const number = value("id");
  if (number === undefined || !/^\d+$/.test(number)) throw new SyntaxError("the rule has no id");
  const severity = SEVERITIES.get(value("severity")?.toUpperCase() ?? "CRITICAL");
  if (severity === undefined) throw new SyntaxError(`the severity ${value("severity")} is not known`);
  const level = tags.map((tag) => /^paranoia-level\/([1-4])$/.exec(tag)?.[1]).find((one) => one !== undefined);
  const own = signature.startsWith("lazaret/");
  return {
    id: own ? `lazaret/${number}` : number,
    file: head.file,
    line: head.line,
    phase: phaseOf(value("phase")),
    message: parseTemplate(value("msg") ?? ""),
    category: tags.map((tag) => CATEGORY_OF_TAG.get(tag)).find((one) => one !== undefined),
    ...severity,
    paranoia: Number(level ?? 1),
    tags,
    logs: !actions.some(({ name }) => name === "nolog"),
    disruption: actions.map(({ name }) => DISRUPTIONS.get(name)).findLast((one) => one !== undefined) ?? "block",
    skipAfter: value("skipafter"),
    links,
    own,
  };
}

function phaseOf(text = "2"): number {
  const named: Readonly<Record<string, number>> = { request: 2, response: 4, logging: 5 };
  const phase = named[text.toLowerCase()] ?? Number(text);
  if (!Number.isInteger(phase) || phase < 1 || phase > 5) throw new SyntaxError(`the phase ${text} is not known`);
  return phase;
}
