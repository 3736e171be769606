import type { Decoded, FormatContext, FormatDecoder } from "./format.ts";
import { type LeafEntry, leafList } from "./leaf-list.ts";

/** `application/x-www-form-urlencoded` (WHATWG URL, section 5.1): a name and a value a pair. */
export const formDecoder: FormatDecoder = {
  name: "form",
  mediaTypes: ["application/x-www-form-urlencoded"],
  decode: decodeForm,
};

function decodeForm(source: Uint8Array, { budget }: FormatContext): Decoded {
  // As Latin-1, so that offsets are bytes.
  const text = Buffer.from(source.buffer, source.byteOffset, source.byteLength).toString("latin1");
  const entries: LeafEntry[] = [];
  for (let start = 0; start < text.length;) {
    if (entries.length % 1024 === 0) budget.checkTime();
    const found = text.indexOf("&", start);
    const end = found < 0 ? text.length : found;
    const equals = text.indexOf("=", start);
    const middle = equals < 0 || equals > end ? end : equals;
    const name = decoded(text.slice(start, middle));
    // The pair goes with the ampersand after it, or, at the end, with the one before it.
    const removal = found < 0 ? { start: Math.max(0, start - 1), end } : { start, end: found + 1 };
    const shared = { segments: [name], path: () => name, encode: encodeURIComponent };
    if (middle > start) entries.push({ ...shared, kind: "key", value: name, span: { start, end: middle }, removal });
    if (end > middle + 1) {
      const span = { start: middle + 1, end };
      entries.push({ ...shared, kind: "value", value: decoded(text.slice(middle + 1, end)), span, removal: span });
    }
    start = end + 1;
  }
  budget.takeLeaves(entries.length);
  return { leaves: leafList(entries), problems: [], embedded: [] };
}

/** `+` is a space; sequences that are no UTF-8 become replacement characters, as readers of forms do. */
function decoded(text: string): string {
  const bytes = Buffer.from(
    text
      .replaceAll("+", " ")
      .replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  );
  return bytes.toString("utf8");
}
