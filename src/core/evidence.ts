const LONGEST = 64;

/* oxlint-disable-next-line no-control-regex -- the point is to find them */
const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff]/g;

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/**
 * Text from a response in a form that is safe in logs, terminals and reports: control, bidirectional and invisible
 * characters escaped, at most 64 characters, an ellipsis where it was cut.
 */
export function evidenceOf(text: string): string {
  // Escaping can only lengthen, so a little over the limit is all that needs escaping.
  const escaped = text.slice(0, LONGEST + 1).replace(UNPRINTABLE, escapeUnit);
  return escaped.length <= LONGEST && text.length <= LONGEST ? escaped : `${escaped.slice(0, LONGEST - 1)}…`;
}
