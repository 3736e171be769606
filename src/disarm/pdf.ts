import type { Budget } from "../core/budget.ts";
import type { Disarmed } from "../core/disarmed.ts";
import type { Disarmer } from "./disarmer.ts";
import { auditPdf } from "./pdf/audit.ts";
import { countHidden } from "./pdf/layout.ts";
import { parsePdf } from "./pdf/parse.ts";
import { rebuildPdf, writePdf } from "./pdf/rebuild.ts";

/** PDF (ISO 32000-2): copied object by object from an allow-list, without scripts, actions, attachments and media. */
export const pdfDisarmer: Disarmer = {
  name: "pdf",
  key: "pdf",
  mediaTypes: ["application/pdf"],
  disarm: disarmPdf,
};

async function disarmPdf(bytes: Uint8Array, _replaced: unknown, budget: Budget): Promise<Disarmed> {
  const source = await parsePdf(bytes, budget);
  const { context, removed, consequences, reached } = rebuildPdf(source, budget);
  countHidden(bytes, source, reached, removed);
  if (removed.isEmpty) return { kind: "clean" };
  const written = await writePdf(context);
  auditPdf(written);
  return { kind: "rebuilt", bytes: written, removed: [...removed.list(), ...consequences.list()] };
}
