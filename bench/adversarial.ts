/**
 * Searches for values that make patterns slow: for each pattern of the Core Rule Set (Debian's package) and of the own pack,
 * pumps that its syntax suggests and mutations of the slowest, run as the gateway runs them. `npm run adversarial` writes the
 * section of RESULTS.md; `-- --seed N` tries others, `-- FOLDER` another rule set, such as CRS 4, without writing.
 */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { Script } from "node:vm";
import { BudgetExceeded } from "../src/core/budget.ts";
import { boundedPattern, type BoundedPattern } from "../src/inspect/rules/linear/bounded-pattern.ts";
import { CORE_RULE_SET, OWN_PACK, type RulePattern, rulePatterns } from "../test/support/rule-patterns.ts";
import { computed, Fragments, inflate, type Pump, seeded } from "../test/support/pumps.ts";
import { writeSection } from "./results.ts";

const SEARCH_LENGTH = 20_000;
const LENGTH = 100_000;
const FIRST = 40;
const ROUNDS = 2;
const MUTATIONS = 12;
const KEPT = 3;
/** Milliseconds of wall-clock time after which a run of V8's own engine is given up. */
const PATIENCE = 400;
/** Milliseconds for a value of the search's length that end a search: this is slow. */
const SLOW = 30;

/** Milliseconds that one value takes, and whether a bound or our patience has ended it. */
interface Run {
  readonly elapsed: number;
  readonly stopped: boolean;
}

interface Slowest {
  readonly rule: string;
  readonly pump: Pump;
  readonly half: number;
  readonly whole: number;
  readonly stopped: boolean;
  /** Of V8's own engine: the worst found at the length of the search. */
  readonly plain: Run;
}

/** The time is the process's own, so that what else runs on the machine does not count. */
function run(pattern: () => unknown): Run {
  let stopped = false;
  const elapsed = computed(() => {
    try {
      pattern();
    } catch (error) {
      if (!(error instanceof BudgetExceeded) && !isTimeout(error)) throw error;
      stopped = true;
    }
  });
  return { elapsed, stopped };
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}

function runBounded(pattern: BoundedPattern, value: string): Run {
  return run(() => pattern.exec(value));
}

const plainScript = new Script("pattern.exec(value)");

function runPlain(pattern: RegExp, value: string): Run {
  Object.assign(globalThis, { pattern, value });
  return run(() => plainScript.runInThisContext({ timeout: PATIENCE }));
}

function fastest(pattern: BoundedPattern, value: string): number {
  return Math.min(...Array.from({ length: 3 }, () => runBounded(pattern, value).elapsed));
}

type Tried = Run & { readonly pump: Pump };

const isOver = (tried: Tried | undefined): boolean => tried !== undefined && (tried.stopped || tried.elapsed >= SLOW);

/** The slowest pumps first. A run that had to be stopped for lack of patience ends the search. */
function search(fragments: Fragments, runValue: (value: string) => Run): Tried[] {
  const tried = (pump: Pump): Tried => ({ pump, ...runValue(inflate(pump, SEARCH_LENGTH)) });
  const slowestFirst = (all: readonly Tried[]): Tried[] => all.toSorted((a, b) => b.elapsed - a.elapsed).slice(0, KEPT);
  let best: Tried[] = [];
  for (let count = 0; count < FIRST; count++) {
    best.push(tried(fragments.pump()));
    if (isOver(best.at(-1))) return slowestFirst(best);
  }
  for (let round = 0; round < ROUNDS; round++) {
    best = slowestFirst(best);
    if (isOver(best[0])) return best;
    best.push(...best.flatMap(({ pump }) => Array.from({ length: MUTATIONS }, () => tried(fragments.mutated(pump)))));
  }
  return slowestFirst(best);
}

function attack({ rule, pattern }: RulePattern, number: number): Slowest {
  const bounded = boundedPattern(pattern);
  const candidates = search(new Fragments(pattern, seeded(number)), (value) => runBounded(bounded, value));
  const [slowest] = candidates
    .map(({ pump }) => ({ pump, whole: fastest(bounded, inflate(pump, LENGTH)) }))
    .toSorted((a, b) => b.whole - a.whole);
  const [plain] = search(new Fragments(pattern, seeded(number)), (value) => runPlain(pattern, value));
  if (slowest === undefined || plain === undefined) throw new RangeError("nothing was tried");
  const { pump, whole } = slowest;
  const half = fastest(bounded, inflate(pump, LENGTH / 2));
  return { rule, pump, half, whole, stopped: runBounded(bounded, inflate(pump, LENGTH)).stopped, plain };
}

const shown = (text: string): string =>
  JSON.stringify(text.length > 24 ? `${text.slice(0, 24)}…` : text).replaceAll("|", "\\|");
const ms = (value: number): string => value.toFixed(1);

/** The power of the length with which time grows, from half the length to the whole. */
const exponent = ({ half, whole }: Slowest): number => Math.log2(whole / half);

function table(found: readonly Slowest[]): string[] {
  const rows = found.slice(0, 12).map((one) => {
    const { rule, pump, half, whole, plain, stopped } = one;
    const pieces = pump.pieces.slice(0, 4).map(shown).join(" ");
    const text = `${shown(pump.head)} (${pieces})${pump.seed === undefined ? "" : " in any order"} ${shown(pump.tail)}`;
    const outcome = stopped ? "`limits`" : exponent(one).toFixed(2);
    const plainTime = plain.stopped ? `> ${PATIENCE}` : ms(plain.elapsed);
    return `| ${rule} | \`${text.replaceAll("`", "'")}\` | ${ms(half)} | ${ms(whole)} | ${outcome} | ${plainTime} |`;
  });
  return [
    "| rule | value | 50 kB, ms | 100 kB, ms | exponent | plain V8, ms |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows,
  ];
}

const { values: options, positionals } = parseArgs({ options: { seed: { type: "string" } }, allowPositionals: true });
const seed = Number(options.seed ?? 1);
const folders =
  positionals.length > 0
    ? positionals.map((folder) => [folder, folder] as const)
    : ([
        ["Core Rule Set 3.3.4", CORE_RULE_SET],
        ["Own pack", OWN_PACK],
      ] as const);
const report = [
  `\`npm run adversarial\`, Node ${process.versions.node}, ${cpus().length} cores (${cpus()[0]?.model ?? ""}). For each pattern,`,
  `${FIRST + ROUNDS * KEPT * MUTATIONS} values of ${SEARCH_LENGTH / 1000} kB from its syntax tree and by mutation; the slowest ${KEPT} again at 50 and 100 kB, each the fastest of three`,
  "runs. Exponent: 1 is linear, 2 quadratic; it means little where the time is a few milliseconds. The last column is the same search",
  `against V8's own engine, over at ${SLOW} ms. The twelve slowest of each rule set:`,
];
for (const [title, folder] of folders) {
  const found = rulePatterns(folder)
    .map((one, index) => attack(one, seed * 10_000 + index))
    .toSorted((a, b) => b.whole - a.whole);
  const steep = found.filter((one) => one.whole > 20 && exponent(one) > 1.4);
  const stopped = found.filter((one) => one.stopped);
  const slowPlain = found.filter(({ plain }) => plain.stopped || plain.elapsed > SLOW).map(({ rule }) => rule);
  const total = found.reduce((sum, { whole }) => sum + whole, 0);
  report.push(
    "",
    `${title}: ${found.length} patterns. Slowest ${ms(found[0]?.whole ?? 0)} ms for 100 kB; all together, each over its slowest value, ${ms(total)} ms;`,
    `${steep.length} with an exponent above 1.4 at 20 ms or more; ${stopped.length} stopped by a bound. V8's own engine takes more than ${SLOW} ms for 20 kB with ${slowPlain.length} of them.`,
    "",
    ...table(found),
  );
  for (const one of steep) console.log("steep", one.rule, exponent(one), JSON.stringify(one.pump));
  console.log("slow in V8:", slowPlain.join(" "));
}
console.log(report.join("\n"));
if (options.seed === undefined && positionals.length === 0) writeSection("Slow inputs", report.join("\n"));
