import type { Budget } from "../../core/budget.ts";
import type { DisarmOptions } from "../../core/disarm-policy.ts";
import type { Disarmed } from "../../core/disarmed.ts";
import { auditPdf } from "./audit.ts";
import { countHidden } from "./layout.ts";
import { parsePdf } from "./parse.ts";
import { rebuildPdf, writePdf } from "./rebuild.ts";

/** Rebuilds a PDF without its active content. Throws `RefusedFile` where it cannot be read, and `BudgetExceeded`. */
export async function disarmPdf(bytes: Uint8Array, options: DisarmOptions, budget: Budget): Promise<Disarmed> {
  const source = await parsePdf(bytes, budget);
  const { context, removed, consequences, reached } = rebuildPdf(source, options, budget);
  countHidden(bytes, source, reached, removed);
  if (removed.isEmpty) return { kind: "clean" };
  const written = await writePdf(context);
  auditPdf(written);
  return { kind: "rebuilt", bytes: written, removed: [...removed.list(), ...consequences.list()] };
}
