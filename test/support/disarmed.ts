import { Budget } from "../../src/core/budget.ts";
import type { DisarmOptions } from "../../src/core/disarm-policy.ts";
import { type Disarmed, type OpenedFile, removalsText } from "../../src/core/disarmed.ts";
import type { Disarmer } from "../../src/disarm/disarmer.ts";
import { openFile } from "../../src/disarm/open.ts";
import { defaultPolicy } from "./policy.ts";

const budget = (): Budget => new Budget(defaultPolicy().limits, () => performance.now());

/** Nothing but what acts goes. */
export const KEEPING: DisarmOptions = { flatten: false, links: "keep", metadata: "keep", maxPixels: undefined };
/** Links and metadata go too. */
export const STRIPPING: DisarmOptions = { flatten: false, links: "strip", metadata: "strip", maxPixels: undefined };

/** A file taken apart by one disarmer, the pipeline left out. */
export async function opened(disarmer: Disarmer, bytes: Uint8Array, options = KEEPING): Promise<OpenedFile> {
  return await openFile(disarmer, bytes, options, budget());
}

/** What one disarmer makes of a file. */
export async function disarmedBy(disarmer: Disarmer, bytes: Uint8Array, options = KEEPING): Promise<Disarmed> {
  return (await opened(disarmer, bytes, options)).disarmed;
}

/** A file that was rebuilt, and what was removed in words. Throws where it was not. */
export async function rebuiltBy(
  disarmer: Disarmer,
  bytes: Uint8Array,
  options = KEEPING,
): Promise<{ readonly bytes: Buffer; readonly removed: string }> {
  const result = await disarmedBy(disarmer, bytes, options);
  if (result.kind !== "rebuilt") throw new Error(`not rebuilt: ${outcome(result)}`);
  return { bytes: Buffer.from(result.bytes), removed: removalsText(result.removed) };
}

/** What a disarmer answered, in short, for messages of tests. */
export function outcome(result: Disarmed): string {
  if (result.kind === "clean") return "clean";
  return result.kind === "rebuilt" ? `rebuilt: ${removalsText(result.removed)}` : `${result.cause}: ${result.reason}`;
}
