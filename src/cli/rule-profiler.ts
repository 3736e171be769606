import type { Operator } from "../inspect/rules/operators/operator.ts";
import { RuleBook } from "../inspect/rules/rule-book.ts";
import type { Link, Rule, Statement } from "../inspect/rules/rule.ts";
import type { RuleSettings } from "../inspect/rules/settle.ts";
import type { Transformation } from "../inspect/rules/transformations/transformation.ts";

/** What one rule, or all transformations, cost. */
export interface Cost {
  /** Values or forms of values that it was tried on. */
  tried: number;
  matched: number;
  /** Milliseconds. */
  elapsed: number;
}

/** Rules that measure themselves: their operators and transformations are run through a clock. */
export class RuleProfiler {
  readonly costs = new Map<string, Cost>();
  readonly transformations: Cost = { tried: 0, matched: 0, elapsed: 0 };
  readonly #clocked = new Map<Transformation, Transformation>();

  /** The same statements, measured. */
  measured(statements: readonly Statement[]): Statement[] {
    return statements.map((statement) =>
      statement.kind === "rule" ? { kind: "rule", rule: this.#rule(statement.rule) } : statement,
    );
  }

  /** How often any operator was tried. */
  get tried(): number {
    return this.costs.values().reduce((sum, { tried }) => sum + tried, 0);
  }

  /** Forgets what was measured so far: settling rules tries them as well. */
  reset(): void {
    for (const cost of [...this.costs.values(), this.transformations])
      Object.assign(cost, { tried: 0, matched: 0, elapsed: 0 });
  }

  #rule(rule: Rule): Rule {
    const cost: Cost = { tried: 0, matched: 0, elapsed: 0 };
    this.costs.set(rule.id, cost);
    const [first, ...rest] = rule.links;
    return { ...rule, links: [this.#link(first, cost), ...rest.map((link) => this.#link(link, cost))] };
  }

  #link(link: Link, cost: Cost): Link {
    const { constant, make } = link.operator;
    return {
      ...link,
      transformations: link.transformations.map((transformation) => this.#transformation(transformation)),
      operator: {
        ...link.operator,
        constant: constant && clocked(constant, cost),
        make: (argument) => clocked(make(argument), cost),
      },
    };
  }

  /** One for each, since what a transformation makes of a value is kept by the transformation itself. */
  #transformation(transformation: Transformation): Transformation {
    const known = this.#clocked.get(transformation);
    if (known !== undefined) return known;
    const cost = this.transformations;
    const apply = (value: string): string => {
      const began = performance.now();
      const applied = transformation.apply(value);
      cost.elapsed += performance.now() - began;
      cost.tried += 1;
      if (applied !== value) cost.matched += 1;
      return applied;
    };
    const measured = { ...transformation, apply };
    this.#clocked.set(transformation, measured);
    return measured;
  }
}

function clocked(operator: Operator, cost: Cost): Operator {
  let isReady = false;
  return {
    ...operator,
    match: (value) => {
      // Patterns are compiled when they are first run, which says nothing about values.
      if (!isReady) operator.match("");
      isReady = true;
      const began = performance.now();
      try {
        const captures = operator.match(value);
        if (captures !== undefined) cost.matched += 1;
        return captures;
      } finally {
        cost.elapsed += performance.now() - began;
        cost.tried += 1;
      }
    },
  };
}

/** A rule book that counts the values for which some rule had to be tried. */
export class CountingBook extends RuleBook {
  /** Values for which some rule was tried. */
  tried = 0;
  readonly #profiler: RuleProfiler;

  constructor(statements: readonly Statement[], settings: RuleSettings, profiler: RuleProfiler) {
    super(profiler.measured(statements), settings);
    this.#profiler = profiler;
    profiler.reset();
  }

  override matches(...looking: Parameters<RuleBook["matches"]>): ReturnType<RuleBook["matches"]> {
    const [, , , around] = looking;
    // Without an exchange around it is a second look, at a piece of a value that has matched.
    return this.#counted(around !== undefined, () => super.matches(...looking));
  }

  override matchesIn(...looking: Parameters<RuleBook["matchesIn"]>): ReturnType<RuleBook["matchesIn"]> {
    return this.#counted(true, () => super.matchesIn(...looking));
  }

  #counted<Matches>(counts: boolean, look: () => Matches): Matches {
    const before = this.#profiler.tried;
    const matches = look();
    if (counts && this.#profiler.tried > before) this.tried += 1;
    return matches;
  }
}
