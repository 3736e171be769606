import { inflateSync } from "node:zlib";
import { type Budget, BudgetExceeded } from "../../core/budget.ts";
import { unsupported } from "../disarmer.ts";

/** How far before its data the dictionary of a stream begins at most. */
const WINDOW = 8192;
/** Entries without which neither an object stream nor a cross-reference stream is read. */
const NEEDED = /\/(?:First|W)(?![A-Za-z])/;
/** Codings beside plain Flate, which no writer uses for these streams. */
const UNUSUAL = /LZWDecode|RunLengthDecode|\/Filter\s*(?:\d|\[\s*\/\w+\s*\/|\[\s*\d)/;
const MAY_BE_ONE = /ObjStm|XRef|\/Type\s*\d/;

/**
 * Counts what the object and cross-reference streams of a document come to when they are unpacked, since the parser unpacks them
 * without a limit. Looks at bytes, before anything is parsed; a stream too many costs only time.
 */
export function measureObjectStreams(bytes: Uint8Array, budget: Budget): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = buffer.indexOf("stream"); at >= 0; at = buffer.indexOf("stream", at + 6)) {
    if (buffer.toString("latin1", at - 3, at) === "end") continue;
    budget.checkTime();
    const before = unescaped(buffer.toString("latin1", Math.max(0, at - WINDOW), at));
    if (at > WINDOW && !before.includes("obj") && /(?:>>|%)[^]{0,256}$/.test(before.slice(-256)))
      throw unsupported("the document describes a stream in more than 8 kB");
    if (!NEEDED.test(before)) continue;
    if (UNUSUAL.test(before.slice(before.lastIndexOf("obj"))) && MAY_BE_ONE.test(before))
      throw unsupported("the document has an object stream in an unusual coding");
    const data = buffer.subarray(buffer[at + 6] === 0x0d ? at + 8 : at + 7);
    budget.takeDecompressed(inflatedLength(data, budget));
  }
}

/** Names with their `#xx` escapes undone (7.3.5). */
function unescaped(text: string): string {
  return text.replaceAll(/#([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Bytes that zlib data at this place comes to, 0 where there is none. */
function inflatedLength(data: Buffer, budget: Budget): number {
  const header = ((data[0] ?? 0) << 8) | (data[1] ?? 0);
  if (((data[0] ?? 0) & 0x0f) !== 8 || header % 31 !== 0) return 0;
  try {
    return inflateSync(data, { maxOutputLength: Math.max(1, budget.decompressible(data.length)) }).length;
  } catch (error) {
    if (!(error instanceof RangeError)) return 0;
    throw new BudgetExceeded("decompressed", budget.limits.decompressed);
  }
}
