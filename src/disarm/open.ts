import type { Budget } from "../core/budget.ts";
import type { DisarmOptions } from "../core/disarm-policy.ts";
import type { Disarmed, OpenedFile, Replaced } from "../core/disarmed.ts";
import { type Disarmer, refusalOf } from "./disarmer.ts";

const NONE: Replaced = new Map();

/** Takes a file apart with its format's disarmer. A file that is refused has no members. */
export async function openFile(
  disarmer: Disarmer,
  bytes: Uint8Array,
  options: DisarmOptions,
  budget: Budget,
): Promise<OpenedFile> {
  try {
    const members = (await disarmer.members?.(bytes, budget, options)) ?? [];
    return { members, disarmed: await disarmer.disarm(bytes, NONE, budget, options) };
  } catch (error) {
    return { members: [], disarmed: refusalOf(error) };
  }
}

/** Writes a file anew with some members replaced. */
export async function rebuildFile(
  disarmer: Disarmer,
  bytes: Uint8Array,
  replaced: Replaced,
  options: DisarmOptions,
  budget: Budget,
): Promise<Disarmed> {
  try {
    return await disarmer.disarm(bytes, replaced, budget, options);
  } catch (error) {
    return refusalOf(error);
  }
}
