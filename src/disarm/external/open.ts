import type { Budget } from "../../core/budget.ts";
import type { DisarmOptions } from "../../core/disarm-policy.ts";
import type { Disarmed, OpenedFile } from "../../core/disarmed.ts";
import { type Disarmer, refusalOf } from "../disarmer.ts";
import { openFile } from "../open.ts";
import { mendedPdf } from "./mend.ts";
import type { ExternalPrograms } from "./programs.ts";

/** Formats of documents with pages, which can become pictures. */
const PAGED: ReadonlySet<string> = new Set(["pdf", "ooxml", "odf", "odf-flat", "rtf", "ole2"]);

/**
 * Takes a file apart with its format's disarmer and what other programs can do for it: mend a damaged PDF, or make pages
 * pictures. A document whose pages are pictures has no files inside. Throws only `BudgetExceeded`.
 */
export async function openWithPrograms(
  disarmer: Disarmer,
  bytes: Uint8Array,
  options: DisarmOptions,
  programs: ExternalPrograms,
  budget: Budget,
): Promise<OpenedFile> {
  const opened = await openFile(disarmer, bytes, options, budget);
  try {
    const { members, disarmed } =
      disarmer.name === "pdf" && isDamaged(opened.disarmed)
        ? await openMended(disarmer, bytes, opened, options, programs, budget)
        : opened;
    if (!options.flatten || !PAGED.has(disarmer.name)) return { members, disarmed };
    // It is seldom asked for, and the library that writes the pages is large.
    const { flattened } = await import("./flatten.ts");
    return { members: [], disarmed: await flattened(disarmer.name, bytes, disarmed, programs, budget) };
  } catch (error) {
    return { members: [], disarmed: refusalOf(error) };
  }
}

function isDamaged(disarmed: Disarmed): boolean {
  return disarmed.kind === "refused" && disarmed.cause === "damaged";
}

/** A damaged PDF disarmed after it was mended; as it was where it cannot be. */
async function openMended(
  disarmer: Disarmer,
  bytes: Uint8Array,
  damaged: OpenedFile,
  options: DisarmOptions,
  programs: ExternalPrograms,
  budget: Budget,
): Promise<OpenedFile> {
  const mended = await mendedPdf(bytes, programs, budget);
  if (mended === undefined) return damaged;
  const { members, disarmed } = await openFile(disarmer, mended, options, budget);
  if (disarmed.kind === "refused") return damaged;
  const gone = { count: 1, one: "damaged structure", many: "damaged structures" };
  const rebuilt = disarmed.kind === "rebuilt" ? disarmed : { bytes: mended, removed: [] };
  return { members, disarmed: { kind: "rebuilt", bytes: rebuilt.bytes, removed: [gone, ...rebuilt.removed] } };
}
