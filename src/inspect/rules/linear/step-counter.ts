import { BudgetExceeded } from "../../../core/budget.ts";

/** Thrown where a pattern with back-references takes too long for a value; becomes a `limits` finding as all budgets do. */
class StepsExceeded extends BudgetExceeded {
  constructor(steps: number) {
    super("time", steps);
    this.name = "StepsExceeded";
    this.message = `a pattern took more than ${steps} steps`;
  }
}

/** Counts the steps of one search. */
export class StepCounter {
  readonly #allowed: number;
  #taken = 0;

  constructor(allowed: number) {
    this.#allowed = allowed;
  }

  /** Throws `BudgetExceeded` where they run out. */
  take(steps = 1): void {
    this.#taken += steps;
    if (this.#taken > this.#allowed) throw new StepsExceeded(this.#allowed);
  }
}
