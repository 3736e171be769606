import { PDFDict } from "@cantoo/pdf-lib";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Budget } from "../../core/budget.ts";
import type { Disarmed, Removal } from "../../core/disarmed.ts";
import { pagesOf } from "../pdf/pages.ts";
import { parsePdf } from "../pdf/parse.ts";
import { FlatPdf, isFlatPdf, readPpm, RESOLUTION } from "./flat-pdf.ts";
import type { ExternalPrograms } from "./programs.ts";
import { externalFailure, runProgram, withFolder } from "./run.ts";

/** Refusals of documents that are only too old to be rebuilt: drawing their pages leaves nothing of them. */
const CONVERTIBLE = new Set(["legacy-office"]);
/** Bytes of what a program says of itself. */
const TALK = 2 ** 20;

/**
 * Makes every page of a document a picture, after its disarmer has had its say: what came of that, or of what cannot be rebuilt
 * since it is too old, is drawn. Throws `RefusedFile` where a program is missing or fails, and `BudgetExceeded`.
 */
export async function flattened(
  format: string,
  bytes: Uint8Array,
  disarmed: Disarmed,
  programs: ExternalPrograms,
  budget: Budget,
): Promise<Disarmed> {
  if (disarmed.kind === "refused" && !CONVERTIBLE.has(disarmed.cause)) return disarmed;
  if (format === "pdf" && disarmed.kind === "clean" && (await isFlatPdf(bytes, budget))) return disarmed;
  const content = disarmed.kind === "rebuilt" ? disarmed.bytes : bytes;
  return await withFolder(async (folder) => {
    const pdf = format === "pdf" ? content : await convertedToPdf(content, folder, programs, budget);
    const { document, pages } = await drawn(pdf, folder, programs, budget);
    const gone: Removal = { count: pages, one: "page made a picture", many: "pages made pictures" };
    const removed = disarmed.kind === "rebuilt" ? disarmed.removed : [];
    const became = format === "pdf" ? {} : { mediaType: "application/pdf" };
    return { kind: "rebuilt", bytes: document, removed: [...removed, gone], ...became };
  });
}

async function convertedToPdf(
  bytes: Uint8Array,
  folder: string,
  programs: ExternalPrograms,
  budget: Budget,
): Promise<Uint8Array> {
  const program = programs.soffice;
  if (program === undefined) throw externalFailure("flattening office documents needs external.soffice");
  await writeFile(join(folder, "document"), bytes);
  const profile = `-env:UserInstallation=${pathToFileURL(join(folder, "profile")).href}`;
  const words = [profile, "--headless", "--norestore", "--convert-to", "pdf", "--outdir", folder, "document"];
  await runProgram({ program, words, folder, most: TALK }, programs, budget);
  return await readFile(join(folder, "document.pdf")).catch(() => {
    throw externalFailure(`${program} does not convert it`);
  });
}

async function drawn(
  pdf: Uint8Array,
  folder: string,
  programs: ExternalPrograms,
  budget: Budget,
): Promise<{ readonly document: Uint8Array; readonly pages: number }> {
  const program = programs.pdftoppm;
  if (program === undefined) throw externalFailure("flattening needs external.pdftoppm");
  await writeFile(join(folder, "pages.pdf"), pdf);
  const source = await parsePdf(pdf, budget);
  const pages = pagesOf(source, source.lookup(source.trailerInfo.Root, PDFDict), budget).length;
  const flat = new FlatPdf();
  for (let page = 1; page <= pages; page++) {
    const words = ["-r", String(RESOLUTION), "-cropbox", "-f", String(page), "-l", String(page), "pages.pdf"];
    const most = budget.limits.pixels * 3 + TALK;
    const { output } = await runProgram({ program, words, folder, most }, programs, budget);
    budget.takeDecompressed(flat.add(readPpm(output)));
  }
  return { document: await flat.written(), pages };
}
