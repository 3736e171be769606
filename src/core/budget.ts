/** What one exchange may cost. Sizes in bytes, time in milliseconds. */
export interface Limits {
  /** Bytes of the body as it came. */
  readonly body: number;
  /** Bytes after all content codings and containers, over the whole part tree. */
  readonly decompressed: number;
  /** Decompressed bytes for each compressed byte, of any one coding layer or container. */
  readonly ratio: number;
  /** Nesting of values in a part, and of parts in parts. */
  readonly depth: number;
  readonly leaves: number;
  readonly parts: number;
  /** Pixels of one picture, over all its frames. */
  readonly pixels: number;
  /** Header section: number of fields. */
  readonly headers: number;
  /** Header section: bytes of all names and values. */
  readonly headerBytes: number;
  /** Wall-clock time of the inspection, in milliseconds. */
  readonly time: number;
}

/** Thrown where a budget runs out; the pipeline turns it into a `limits` finding. */
export class BudgetExceeded extends Error {
  readonly limit: keyof Limits;
  constructor(limit: keyof Limits, allowed: number) {
    super(`more than the ${limit} limit of ${allowed}`);
    this.name = "BudgetExceeded";
    this.limit = limit;
  }
}

/** The budgets of one exchange while it is inspected. Every method throws `BudgetExceeded`. */
export class Budget {
  readonly limits: Limits;
  readonly #now: () => number;
  readonly #deadline: number;
  #decompressed = 0;
  #leaves = 0;
  #parts = 0;

  /** `now` is a monotonic clock in milliseconds. */
  constructor(limits: Limits, now: () => number) {
    this.limits = limits;
    this.#now = now;
    this.#deadline = now() + limits.time;
  }

  /** How many more decompressed bytes a layer of `compressed` bytes may give, without counting them. */
  decompressible(compressed: number): number {
    return Math.min(this.limits.decompressed - this.#decompressed, Math.max(compressed, 64) * this.limits.ratio);
  }

  /** Counts bytes that a coding, an encoding or a container gave. */
  takeDecompressed(bytes: number): void {
    this.#decompressed += bytes;
    if (this.#decompressed > this.limits.decompressed) this.#exceeded("decompressed");
  }

  takeLeaves(count: number): void {
    this.#leaves += count;
    if (this.#leaves > this.limits.leaves) this.#exceeded("leaves");
  }

  /** How many more leaves may come: a decoder stops there instead of building a table it may not keep. */
  leavesLeft(): number {
    return this.limits.leaves - this.#leaves;
  }

  takePart(): void {
    this.#parts += 1;
    if (this.#parts > this.limits.parts) this.#exceeded("parts");
  }

  /** Checks a nesting depth, counted from 1. */
  checkDepth(depth: number): void {
    if (depth > this.limits.depth) this.#exceeded("depth");
  }

  /** To be called now and then by everything that can take long: every few thousand steps, or once a leaf. */
  checkTime(): void {
    if (this.#now() > this.#deadline) this.#exceeded("time");
  }

  /** The limits with what is left of the bytes and the time, for work in another thread. */
  left(): Limits {
    return { ...this.limits, decompressed: this.limits.decompressed - this.#decompressed, time: this.timeLeft() };
  }

  /** Milliseconds left, at least 0. */
  timeLeft(): number {
    return Math.max(0, this.#deadline - this.#now());
  }

  #exceeded(limit: keyof Limits): never {
    throw new BudgetExceeded(limit, this.limits[limit]);
  }
}
