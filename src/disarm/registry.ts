import type { DisarmByFormat } from "../core/rewrite.ts";
import { applyEdits } from "./apply-edits.ts";
import { disarmHtml } from "./html.ts";

/** Content disarm by format name. A new format is one line here. */
export const DISARM: DisarmByFormat = {
  json: applyEdits,
  ndjson: applyEdits,
  "json-seq": applyEdits,
  sse: applyEdits,
  xml: applyEdits,
  html: disarmHtml,
  yaml: applyEdits,
  csv: applyEdits,
  form: applyEdits,
  multipart: applyEdits,
  text: applyEdits,
};
