import type { FileDisarm } from "../core/disarmed.ts";
import type { DisarmByFormat } from "../core/rewrite.ts";
import { applyEdits } from "./apply-edits.ts";
import { bzip2Disarmer } from "./bzip2.ts";
import type { Disarmer } from "./disarmer.ts";
import { disarmFiles } from "./files.ts";
import { disarmHtml } from "./html.ts";
import { gzipDisarmer } from "./gzip.ts";
import { msgDisarmer } from "./msg.ts";
import { ole2Disarmer } from "./ole2.ts";
import { pdfDisarmer } from "./pdf.ts";
import { rtfDisarmer } from "./rtf.ts";
import { imageDisarmers } from "./image.ts";
import { flatOdfDisarmer } from "./odf-flat.ts";
import { odfDisarmer } from "./odf.ts";
import { ooxmlDisarmer } from "./ooxml.ts";
import { svgDisarmer } from "./svg.ts";
import { tarDisarmer } from "./tar.ts";
import { xzDisarmer } from "./xz.ts";
import { zipDisarmer } from "./zip.ts";
import { zstdDisarmer } from "./zstd.ts";

/** Content disarm of formats whose text is edited in place or rebuilt as a whole, by format name. */
const TEXT_FORMATS: DisarmByFormat = {
  json: applyEdits,
  ndjson: applyEdits,
  "json-seq": applyEdits,
  sse: applyEdits,
  xml: applyEdits,
  html: disarmHtml,
  yaml: applyEdits,
  css: applyEdits,
  csv: applyEdits,
  form: applyEdits,
  multipart: applyEdits,
  email: applyEdits,
  text: applyEdits,
};

/** Every format of files that is disarmed; of two that take the same content, the earlier. A new format is one line here. */
export const DISARMERS: readonly Disarmer[] = [
  ...imageDisarmers,
  svgDisarmer,
  ooxmlDisarmer,
  odfDisarmer,
  flatOdfDisarmer,
  zipDisarmer,
  tarDisarmer,
  gzipDisarmer,
  bzip2Disarmer,
  xzDisarmer,
  zstdDisarmer,
  pdfDisarmer,
  rtfDisarmer,
  msgDisarmer,
  ole2Disarmer,
];

/** Content disarm by format name, files by way of `files`. */
export function disarmByFormat(files: FileDisarm): DisarmByFormat {
  const disarmFile = disarmFiles(files);
  return { ...TEXT_FORMATS, ...Object.fromEntries(DISARMERS.map(({ name }) => [name, disarmFile])) };
}
