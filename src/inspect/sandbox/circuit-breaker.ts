/** Spares a service that fails, and those who wait for it: after some failures in a row nothing is sent for a while, then one trial. */
export class CircuitBreaker {
  readonly #failures: number;
  readonly #pause: number;
  readonly #now: () => number;
  #inRow = 0;
  #until = 0;

  /** `pause` in milliseconds; `now` is a monotonic clock. */
  constructor(failures: number, pause: number, now: () => number) {
    this.#failures = failures;
    this.#pause = pause;
    this.#now = now;
  }

  /** Whether something may be sent. Where the pause is over, only the first who asks may, until that has succeeded or the next pause is over. */
  admits(): boolean {
    if (this.#inRow < this.#failures) return true;
    if (this.#now() < this.#until) return false;
    this.#until = this.#now() + this.#pause;
    return true;
  }

  get isOpen(): boolean {
    return this.#inRow >= this.#failures;
  }

  succeeded(): void {
    this.#inRow = 0;
  }

  failed(): void {
    this.#inRow++;
    if (this.#inRow >= this.#failures) this.#until = this.#now() + this.#pause;
  }
}
