import { type Budget, BudgetExceeded } from "../core/budget.ts";

const FIRST = 64 * 2 ** 10;

/** Decompressed data as it comes, never more than the budget allows. */
export class GrowingContent {
  readonly #limit: number;
  readonly #budget: Budget;
  readonly #compressed: number;
  #buffer = Buffer.allocUnsafe(FIRST);
  #length = 0;

  /** `compressed`: bytes that the data comes from. */
  constructor(compressed: number, budget: Budget) {
    this.#budget = budget;
    this.#compressed = compressed;
    this.#limit = budget.decompressible(compressed);
  }

  /** Throws `BudgetExceeded`. */
  writeByte(byte: number): void {
    if (this.#length === this.#buffer.length) this.#grow(1);
    this.#buffer[this.#length++] = byte;
  }

  /** Throws `BudgetExceeded`. */
  write(bytes: Uint8Array): void {
    if (this.#length + bytes.length > this.#buffer.length) this.#grow(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** All of it, counted in the budget. */
  take(): Buffer {
    this.#check(this.#length);
    this.#budget.takeDecompressed(this.#length);
    return this.#buffer.subarray(0, this.#length);
  }

  #grow(more: number): void {
    this.#budget.checkTime();
    this.#check(this.#length + more);
    const buffer = Buffer.allocUnsafe(Math.max(this.#length + more, this.#buffer.length * 2));
    buffer.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = buffer;
  }

  #check(length: number): void {
    if (length <= this.#limit) return;
    const { ratio, decompressed } = this.#budget.limits;
    if (length > Math.max(this.#compressed, 64) * ratio) throw new BudgetExceeded("ratio", ratio);
    throw new BudgetExceeded("decompressed", decompressed);
  }
}
