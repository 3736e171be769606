import type { Budget } from "../core/budget.ts";
import type { DisarmOptions } from "../core/disarm-policy.ts";
import type { Disarmed } from "../core/disarmed.ts";
import type { Disarmer } from "./disarmer.ts";

/** PDF (ISO 32000-2): copied object by object from an allow-list, without scripts, actions, attachments and media. */
export const pdfDisarmer: Disarmer = {
  name: "pdf",
  key: "pdf",
  mediaTypes: ["application/pdf"],
  disarm: async (bytes: Uint8Array, _replaced: unknown, budget: Budget, options: DisarmOptions): Promise<Disarmed> => {
    // Its library is large, and most processes and threads never see a PDF.
    const { disarmPdf } = await import("./pdf/disarm.ts");
    return await disarmPdf(bytes, options, budget);
  },
};
