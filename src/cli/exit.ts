import type { VerdictName } from "../core/verdict.ts";

/** Exit codes of the command line (DESIGN, section 4). */
export const EXIT = { pass: 0, failure: 1, usage: 2, sanitized: 10, blocked: 20 } as const;

/** A call that cannot be carried out as it was written. */
export class UsageError extends Error {}

/** The exit code for the worst of all inputs; a failure to look at one outweighs every verdict. */
export class WorstOutcome {
  #code: number = EXIT.pass;
  #failed = false;

  add(verdict: VerdictName): void {
    this.#code = Math.max(this.#code, EXIT[verdict]);
  }

  fail(): void {
    this.#failed = true;
  }

  get exitCode(): number {
    return this.#failed ? EXIT.failure : this.#code;
  }
}
