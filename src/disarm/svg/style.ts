import { isHostileStyle } from "../../core/markup-policy.ts";

const COMMENTS = /\/\*[^*]*(?:\*(?!\/)[^*]*)*\*\//g;
const IMPORTS = /@(?:import|charset|namespace)\b[^;{}]*(?:;|$)/gi;
/** A URL that is neither a place in this file nor a raster image in the style itself. */
const FOREIGN_URL = /url\(\s*(?!["']?\s*(?:#|data:image\/(?:png|gif|jpe?g|webp);))[^)]*\)?/gi;
const IMAGE_FUNCTIONS = /(?:-webkit-)?(?:image-set|cross-fade|image|src|element)\s*\(/i;

/** What of a style sheet or attribute can stay: nothing is fetched by it and nothing runs. The same text where that is all of it. */
export function inertStyle(css: string): string {
  if (!/[\\@(]|\/\*/.test(css)) return isHostileStyle(css) ? "" : css;
  // Escapes spell what a filter does not see; no drawing program writes them.
  const plain = css.replaceAll(COMMENTS, "");
  if (plain.includes("\\") || plain.includes("/*")) return "";
  const kept = plain.replaceAll(IMPORTS, "").replaceAll(FOREIGN_URL, "none");
  if (IMAGE_FUNCTIONS.test(kept) || isHostileStyle(kept)) return "";
  return kept === plain ? css : kept;
}
