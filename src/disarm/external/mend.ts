import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Budget } from "../../core/budget.ts";
import type { ExternalPrograms } from "./programs.ts";
import { runProgram, withFolder } from "./run.ts";

const TALK = 2 ** 20;
/** Exit codes of qpdf with an output: all well, and warnings. */
const WRITTEN = new Set([0, 3]);

/** A damaged PDF as qpdf mends it, or undefined where it is not asked or cannot. Throws `RefusedFile` and `BudgetExceeded`. */
export async function mendedPdf(
  bytes: Uint8Array,
  programs: ExternalPrograms,
  budget: Budget,
): Promise<Uint8Array | undefined> {
  const program = programs.qpdf;
  if (program === undefined) return undefined;
  return await withFolder(async (folder) => {
    await writeFile(join(folder, "damaged.pdf"), bytes);
    const words = ["--object-streams=disable", "damaged.pdf", "mended.pdf"];
    const { code } = await runProgram({ program, words, folder, most: TALK }, programs, budget);
    const mended = WRITTEN.has(code) ? await readFile(join(folder, "mended.pdf")) : undefined;
    if (mended !== undefined) budget.takeDecompressed(mended.length);
    return mended;
  });
}
