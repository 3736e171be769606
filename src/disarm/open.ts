import { type Budget, BudgetExceeded } from "../core/budget.ts";
import type { Disarmed, OpenedFile, Replaced } from "../core/disarmed.ts";
import { damaged, type Disarmer, RefusedFile } from "./disarmer.ts";

const NONE: Replaced = new Map();

/** Takes a file apart with its format's disarmer. A file that is refused has no members. */
export async function openFile(disarmer: Disarmer, bytes: Uint8Array, budget: Budget): Promise<OpenedFile> {
  try {
    const members = (await disarmer.members?.(bytes, budget)) ?? [];
    return { members, disarmed: await disarmer.disarm(bytes, NONE, budget) };
  } catch (error) {
    return { members: [], disarmed: refusalOf(error) };
  }
}

/** Writes a file anew with some members replaced. */
export async function rebuildFile(
  disarmer: Disarmer,
  bytes: Uint8Array,
  replaced: Replaced,
  budget: Budget,
): Promise<Disarmed> {
  try {
    return await disarmer.disarm(bytes, replaced, budget);
  } catch (error) {
    return refusalOf(error);
  }
}

/** What a parser throws at hostile content is damage, whatever class it has. */
function refusalOf(error: unknown): Disarmed {
  if (error instanceof BudgetExceeded) throw error;
  if (error instanceof RefusedFile) return error.refusal;
  return damaged(error instanceof Error ? error.message : String(error)).refusal;
}
