import { Budget, type Limits } from "../../src/core/budget.ts";
import { type Disarmed, type OpenedFile, removalsText } from "../../src/core/disarmed.ts";
import type { Disarmer } from "../../src/disarm/disarmer.ts";
import { openFile } from "../../src/disarm/open.ts";

const LIMITS: Limits = {
  body: 32 << 20,
  decompressed: 256 << 20,
  ratio: 200,
  depth: 64,
  leaves: 1_000_000,
  parts: 10_000,
  headers: 200,
  headerBytes: 65_536,
  time: 10_000,
};

const budget = (): Budget => new Budget(LIMITS, () => performance.now());

/** A file taken apart by one disarmer, the pipeline left out. */
export async function opened(disarmer: Disarmer, bytes: Uint8Array): Promise<OpenedFile> {
  return await openFile(disarmer, bytes, budget());
}

/** What one disarmer makes of a file. */
export async function disarmedBy(disarmer: Disarmer, bytes: Uint8Array): Promise<Disarmed> {
  return (await opened(disarmer, bytes)).disarmed;
}

/** A file that was rebuilt, and what was removed in words. Throws where it was not. */
export async function rebuiltBy(
  disarmer: Disarmer,
  bytes: Uint8Array,
): Promise<{ readonly bytes: Buffer; readonly removed: string }> {
  const result = await disarmedBy(disarmer, bytes);
  if (result.kind !== "rebuilt") throw new Error(`not rebuilt: ${outcome(result)}`);
  return { bytes: Buffer.from(result.bytes), removed: removalsText(result.removed) };
}

/** What a disarmer answered, in short, for messages of tests. */
export function outcome(result: Disarmed): string {
  if (result.kind === "clean") return "clean";
  return result.kind === "rebuilt" ? `rebuilt: ${removalsText(result.removed)}` : `${result.cause}: ${result.reason}`;
}
