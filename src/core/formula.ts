const FULL_WIDTH: Readonly<Record<string, string>> = { "＝": "=", "＋": "+", "－": "-", "＠": "@" };
/** A function call, a reference to another sheet or program (DDE), or a cell. */
const COMPUTES = /[A-Za-z_.]{2,}\s*\(|[|!]|\b[A-Za-z]{1,3}\$?\d{1,7}\b/;

/**
 * Whether a spreadsheet would evaluate a cell (OWASP, CSV injection). Signed numbers, telephone numbers, dates, list dashes
 * and `@names` are none.
 */
export function isFormula(cell: string): boolean {
  const first = cell[0] ?? "";
  const sign = FULL_WIDTH[first] ?? first;
  const rest = cell.slice(1);
  if (sign === "\t" || sign === "\r") return isFormula(rest.trimStart());
  if (sign === "=") return /[^=\s]/.test(rest);
  if (sign === "+" || sign === "-") return /[A-Za-z|!]/.test(rest) && COMPUTES.test(rest) && !/^\s/.test(rest);
  return sign === "@" && /^[A-Za-z_.]{2,}\s*\(/.test(rest);
}
