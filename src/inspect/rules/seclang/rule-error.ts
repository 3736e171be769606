/** What is wrong at one place of a rule file. */
export interface RuleProblem {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly reason: string;
}

/** Rule files that cannot be used: every problem with file, line and reason, all at once. */
export class RuleError extends Error {
  readonly problems: readonly RuleProblem[];

  constructor(problems: readonly RuleProblem[]) {
    super(problems.map(problemLine).join("\n"));
    this.name = "RuleError";
    this.problems = problems;
  }
}

/** `FILE:LINE: REASON` */
export function problemLine({ file, line, reason }: RuleProblem): string {
  return `${file}:${line}: ${reason}`;
}
