import { inflateRawSync } from "node:zlib";
import { type Budget, BudgetExceeded } from "../core/budget.ts";
import { damaged } from "./disarmer.ts";

/** Data out of a compressed stream, and how many bytes the stream took. */
export interface Inflated {
  readonly bytes: Buffer;
  readonly consumed: number;
}

/**
 * Inflates one deflate stream (RFC 1951) that may be followed by other bytes. Throws `BudgetExceeded` for bombs, `RefusedFile`
 * for what is no such stream.
 */
export function inflate(compressed: Uint8Array, budget: Budget): Inflated {
  budget.checkTime();
  const limit = budget.decompressible(compressed.length);
  try {
    const result: unknown = inflateRawSync(compressed, { maxOutputLength: Math.max(1, limit), info: true });
    if (!isWithEngine(result)) throw damaged("the compressed data cannot be read");
    budget.takeDecompressed(result.buffer.length);
    return { bytes: result.buffer, consumed: result.engine.bytesWritten };
  } catch (error) {
    throw decompressionError(error, compressed.length, budget);
  }
}

/** What a decompressor threw, as a budget that ran out or a refusal. */
export function decompressionError(error: unknown, compressed: number, budget: Budget): unknown {
  if (!(error instanceof Error) || !("code" in error)) return error;
  if (error.code !== "ERR_BUFFER_TOO_LARGE") return damaged("the compressed data is damaged");
  const { decompressed, ratio } = budget.limits;
  return budget.decompressible(compressed) < Math.max(compressed, 64) * ratio
    ? new BudgetExceeded("decompressed", decompressed)
    : new BudgetExceeded("ratio", ratio);
}

interface WithEngine {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

/** With `info`, zlib gives the engine too, which Node's types leave out. */
function isWithEngine(result: unknown): result is WithEngine {
  return typeof result === "object" && result !== null && "buffer" in result && "engine" in result;
}
