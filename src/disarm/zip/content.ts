import { crc32 } from "node:zlib";
import type { Budget } from "../../core/budget.ts";
import { damaged } from "../disarmer.ts";
import { inflate } from "../inflate.ts";
import type { ZipEntry } from "./entry.ts";

/** What a member holds. Throws `RefusedFile` where that is not what the directory says, and `BudgetExceeded`. */
export function contentOf({ method, compressed, size, crc }: ZipEntry, budget: Budget): Buffer {
  const { bytes, consumed } = method === 0 ? stored(compressed, budget) : inflate(compressed, budget);
  if (consumed !== compressed.length || bytes.length !== size || crc32(bytes) !== crc)
    throw damaged("a member of the ZIP archive is not what the directory says");
  return bytes;
}

function stored(bytes: Buffer, budget: Budget): { readonly bytes: Buffer; readonly consumed: number } {
  budget.checkTime();
  budget.takeDecompressed(bytes.length);
  return { bytes, consumed: bytes.length };
}
