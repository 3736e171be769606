import { type PDFContext, PDFParser } from "@cantoo/pdf-lib";
import type { Budget } from "../../core/budget.ts";
import { damaged, encrypted } from "../disarmer.ts";
import { measureObjectStreams } from "./object-streams.ts";

/** Parsed objects after which the parser lets others go on. */
const OBJECTS_PER_TICK = 1000;

/**
 * Reads every object of a document, those in object streams too (ISO 32000-2, 7.5.7). What is written later replaces what
 * came before. Throws `RefusedFile`, or anything at all where the bytes are no document.
 */
export async function parsePdf(bytes: Uint8Array, budget: Budget): Promise<PDFContext> {
  measureObjectStreams(bytes, budget);
  const context = await PDFParser.forBytesWithOptions(bytes, OBJECTS_PER_TICK, false, false, true)
    .parseDocument()
    .catch((error: unknown) => {
      throw damaged(`the document cannot be parsed (${firstWords(error)})`);
    });
  budget.checkTime();
  if (context.trailerInfo.Encrypt !== undefined) throw encrypted("the document");
  return context;
}

/** The parser's reason without what it quotes from the document. */
function firstWords(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (/^[\w ,.:()=-]{1,120}/.exec(message)?.[0] ?? "").replace(/[\s:(]*$/, "");
}
