import { Budget } from "../../src/core/budget.ts";
import { type Disarmed, type OpenedFile, removalsText } from "../../src/core/disarmed.ts";
import type { Disarmer } from "../../src/disarm/disarmer.ts";
import { openFile } from "../../src/disarm/open.ts";
import { defaultPolicy } from "./policy.ts";

const budget = (): Budget => new Budget(defaultPolicy().limits, () => performance.now());

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
