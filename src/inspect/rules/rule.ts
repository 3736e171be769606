import type { Category, Severity } from "../../core/category.ts";
import type { Operator } from "./operators/operator.ts";
import type { Target } from "./seclang/targets.ts";
import type { Template } from "./seclang/template.ts";
import type { Transformation } from "./transformations/transformation.ts";

/** `@name argument`, and how to make the operator once the macros in its argument have values. */
export interface OperatorSource {
  readonly name: string;
  readonly argument: Template;
  readonly negated: boolean;
  /** The operator, where its argument holds no macro. */
  readonly constant: Operator | undefined;
  /** Throws `SyntaxError` for an argument that the operator cannot take. Makes each argument's operator once. */
  readonly make: (argument: string) => Operator;
}

/** `setvar:tx.name=value`, or `+=`, `-=` and removal. Only the collection TX is kept. */
export interface Assignment {
  readonly name: Template;
  readonly change: "set" | "add" | "subtract" | "remove";
  readonly value: Template;
}

/** `ctl:…` that takes rules or targets out for the rest of the exchange. */
export type Control =
  | { readonly kind: "removeRules"; readonly rules: RuleFilter }
  | { readonly kind: "removeTarget"; readonly rules: RuleFilter; readonly target: Target }
  | { readonly kind: "engineOff" };

/** Which rules a `ctl` or an update is about. */
export type RuleFilter = (rule: Rule) => boolean;

/** A condition of a rule: the rule itself, or one more of its chain. */
export interface Link {
  readonly targets: readonly Target[];
  readonly transformations: readonly Transformation[];
  /** The operator sees the value after each transformation that changed it, not only after the last. */
  readonly multiMatch: boolean;
  readonly operator: OperatorSource;
  /** The groups of a match become `TX:0` to `TX:9`. */
  readonly capture: boolean;
  readonly assignments: readonly Assignment[];
  readonly controls: readonly Control[];
}

/** What a rule's disruptive action asks for: `pass` goes on, `block` leaves it to policy, `deny` ends the exchange. */
export type Disruption = "pass" | "block" | "deny";

/** A `SecRule` or `SecAction` with its chain. */
export interface Rule {
  /** As findings show it. */
  readonly id: string;
  readonly file: string;
  readonly line: number;
  /** 1 to 5. */
  readonly phase: number;
  readonly message: Template;
  /** Undefined where no tag names an attack. */
  readonly category: Category | undefined;
  readonly severity: Severity;
  /** Anomaly score of a match that sets no score of its own. */
  readonly score: number;
  /** Paranoia level from which it is active, 1 to 4. */
  readonly paranoia: number;
  readonly tags: readonly string[];
  /** Whether a match is a finding: not `nolog`. */
  readonly logs: boolean;
  readonly disruption: Disruption;
  readonly skipAfter: string | undefined;
  /** All must hold. */
  readonly links: readonly [Link, ...Link[]];
  /** Of Lazaret's own pack: values are looked at URL-, HTML- and Unicode-decoded as well. */
  readonly own: boolean;
}

/** What a rule file says, in order: rules, and the markers that `skipAfter` jumps to. */
export type Statement =
  | { readonly kind: "rule"; readonly rule: Rule }
  | { readonly kind: "marker"; readonly name: string };
