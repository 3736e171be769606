import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { Command, InvalidArgumentError } from "commander";
import { Budget, BudgetExceeded } from "../core/budget.ts";
import type { Exchange } from "../core/exchange.ts";
import { partsOf } from "../core/part.ts";
import type { Policy } from "../core/policy.ts";
import type { Tree } from "../core/stage.ts";
import { decode } from "../decode/decode.ts";
import { sanitizeFragment } from "../disarm/html.ts";
import { exchangeOf } from "../inspection-input.ts";
import { leafPlace } from "../inspect/rules/leaf-name.ts";
import { inspectTree } from "../inspect/rules/stage.ts";
import { BatchLineError, readBatchLine } from "./batch.ts";
import { EXIT, UsageError } from "./exit.ts";
import { inputFiles } from "./files.ts";
import { typeOfName } from "../decode/type-of-name.ts";
import { type RulePolicyOptions, vendorRules, withRulePolicy } from "./rule-policy.ts";
import { CountingBook, RuleProfiler } from "./rule-profiler.ts";
import { table } from "./table.ts";
import { sampleBody } from "./sample-body.ts";

interface ProfileOptions extends RulePolicyOptions {
  readonly top: number;
  readonly batch?: true;
  readonly json?: true;
}

/** `lazaret rules profile`: which rules cost most over some bodies. */
export function rulesProfileCommand(): Command {
  return withRulePolicy(new Command("profile").description("run bodies through the rules and say which cost most"))
    .argument("[paths...]", "files and folders, or - for standard input (default: a generated sample)")
    .option("--batch", "the paths, or standard input, hold exchanges as scan --batch reads them")
    .option("--top <count>", "rules to print", parseCount, 20)
    .option("--json", "print one JSON object")
    .action(async (paths: readonly string[], options: ProfileOptions) => {
      const { policy, statements } = await vendorRules(options);
      const profiler = new RuleProfiler();
      const profile = new Profile(policy, new CountingBook(statements, policy.rules, profiler), profiler);
      for await (const { name, exchange } of exchangesOf(paths, options.batch === true)) profile.add(name, exchange);
      console.log(options.json === true ? JSON.stringify(profile.result(options.top)) : profile.inWords(options.top));
      if (profile.failed) process.exitCode = EXIT.failure;
    });
}

/** An exchange to run rules over, and where it came from. */
interface NamedExchange {
  readonly name: string;
  readonly exchange: Exchange;
}

async function* exchangesOf(paths: readonly string[], batch: boolean): AsyncGenerator<NamedExchange> {
  if (paths.length === 0 && !batch) {
    yield { name: "sample", exchange: await exchangeOf({ contentType: "application/json", body: sampleBody() }) };
    return;
  }
  if (paths.includes("-") || paths.length === 0) yield* contentsOf("-", await buffer(process.stdin), batch);
  for await (const { path } of inputFiles(paths.filter((given) => given !== "-")))
    yield* contentsOf(path, await readFile(path), batch);
}

async function* contentsOf(name: string, body: Buffer, batch: boolean): AsyncGenerator<NamedExchange> {
  if (!batch) {
    yield { name, exchange: await exchangeOf({ contentType: typeOfName(name), body }) };
    return;
  }
  for (const [i, line] of body.toString("utf8").split("\n").entries()) {
    if (line.trim() === "") continue;
    try {
      yield { name: `${name}:${i + 1}`, exchange: await exchangeOf(readBatchLine(line).exchange) };
    } catch (error) {
      if (!(error instanceof BatchLineError) && !(error instanceof SyntaxError)) throw error;
      throw new UsageError(`${name}:${i + 1}: ${error.message}`);
    }
  }
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError("expected a number from 1");
  return Number(text);
}

function now(): number {
  return performance.now();
}

/** One rule's line. Times in milliseconds, mean in microseconds. */
interface RuleLine {
  readonly id: string;
  readonly tried: number;
  readonly matched: number;
  readonly totalMs: number;
  readonly meanUs: number;
  /** Of the time of all rules, 0 to 1. */
  readonly share: number;
}

/** What rules cost over the bodies that were added. */
class Profile {
  failed = false;
  readonly #policy: Policy;
  readonly #book: CountingBook;
  readonly #profiler: RuleProfiler;
  #bodies = 0;
  #bytes = 0;
  #values = 0;
  #elapsed = 0;

  constructor(policy: Policy, book: CountingBook, profiler: RuleProfiler) {
    this.#policy = policy;
    this.#book = book;
    this.#profiler = profiler;
  }

  /** Decodes a body and runs the rules over it. */
  add(name: string, exchange: Exchange): void {
    const context = { policy: this.#policy, budget: new Budget({ ...this.#policy.limits, time: Infinity }, now) };
    const { tree } = decode(exchange, context);
    const began = now();
    try {
      inspectTree(tree, this.#book, context, sanitizeFragment);
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) throw error;
      this.failed = true;
      console.error(`${name}: ${error.message}`);
    }
    this.#elapsed += now() - began;
    this.#bodies += 1;
    this.#bytes += exchange.body.length;
    this.#values += valuesOf(tree);
  }

  result(top: number) {
    const { costs, transformations } = this.#profiler;
    const all = [...costs].filter(([, { tried }]) => tried > 0);
    const inRules = all.reduce((sum, [, { elapsed }]) => sum + elapsed, 0);
    const rules = all
      .toSorted(([, a], [, b]) => b.elapsed - a.elapsed)
      .slice(0, top)
      .map(([id, { tried, matched, elapsed }]): RuleLine => ({
        id,
        tried,
        matched,
        totalMs: elapsed,
        meanUs: (elapsed / tried) * 1000,
        share: inRules === 0 ? 0 : elapsed / inRules,
      }));
    return {
      bodies: this.#bodies,
      bytes: this.#bytes,
      values: this.#values,
      untried: this.#values - this.#book.tried,
      elapsedMs: this.#elapsed,
      rulesMs: inRules,
      transformationsMs: transformations.elapsed,
      rulesTried: all.length,
      rules,
    };
  }

  inWords(top: number): string {
    const result = this.result(top);
    const { bodies, bytes, values, untried, elapsedMs, rulesMs, transformationsMs, rulesTried, rules } = result;
    const part = values === 0 ? 0 : untried / values;
    return [
      ...table([
        ["rule", "tried", "matched", "total ms", "mean µs", "share"],
        ...rules.map(({ id, tried, matched, totalMs, meanUs, share }) => [
          id,
          String(tried),
          String(matched),
          totalMs.toFixed(3),
          meanUs.toFixed(1),
          percent(share),
        ]),
      ]),
      `${rules.length} of ${rulesTried} rules that were tried; ${bodies} bodies, ${bytes} bytes`,
      `${values} values looked at; for ${untried} of them (${percent(part)}) no rule had to be tried`,
      `${elapsedMs.toFixed(1)} ms in all: ${rulesMs.toFixed(1)} ms in rules, ${transformationsMs.toFixed(1)} ms in transformations, the rest in choosing rules and in the clock`,
    ].join("\n");
  }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Leaves and header fields that can carry something. */
function valuesOf({ headers, body }: Tree): number {
  let values = 0;
  for (const part of [headers, ...partsOf(body)])
    for (let leaf = 0; leaf < part.leaves.length; leaf++) if (leafPlace(part, leaf) !== undefined) values += 1;
  return values;
}
