import type { Budget } from "../../core/budget.ts";
import { damaged } from "../disarmer.ts";

const HEADER = 16;
const COMPRESSED = 0x75465a4c;
const PLAIN = 0x414c454d;
const WINDOW = 4096;
/** What the window holds at first (MS-OXRTFCP, 2.1.2.1). */
const DICTIONARY = Buffer.from(
  "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx",
  "latin1",
);

/** Unpacks the RTF of a message (MS-OXRTFCP, section 2.1.3): runs of bytes and references into the last 4096 of them. */
export function unpackRtf(packed: Buffer, budget: Budget): Buffer {
  if (packed.length < HEADER) throw damaged("the message's RTF is cut off");
  const kind = packed.readUInt32LE(8);
  const size = packed.readUInt32LE(4);
  if (kind === PLAIN) return packed.subarray(HEADER, HEADER + size);
  if (kind !== COMPRESSED) throw damaged("the message's RTF is in an unknown coding");
  const window = Buffer.alloc(WINDOW);
  DICTIONARY.copy(window);
  let write = DICTIONARY.length;
  const out: number[] = [];
  const put = (byte: number): void => {
    out.push(byte);
    window[write] = byte;
    write = (write + 1) % WINDOW;
  };
  for (let at = HEADER; at < packed.length;) {
    budget.checkTime();
    const control = packed[at++] ?? 0;
    for (let bit = 0; bit < 8 && at < packed.length; bit++) {
      if (((control >> bit) & 1) === 0) {
        put(packed[at++] ?? 0);
        continue;
      }
      const token = ((packed[at] ?? 0) << 8) | (packed[at + 1] ?? 0);
      at += 2;
      const offset = token >> 4;
      if (offset === write) return taken(out, budget);
      for (let count = (token & 0x0f) + 2, from = offset; count > 0; count--, from++) put(window[from % WINDOW] ?? 0);
    }
  }
  return taken(out, budget);
}

function taken(out: readonly number[], budget: Budget): Buffer {
  budget.takeDecompressed(out.length);
  return Buffer.from(out);
}

/** The same property with its RTF not compressed, which every reader takes too. */
export function packRtf(rtf: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER);
  header.writeUInt32LE(rtf.length + HEADER - 4, 0);
  header.writeUInt32LE(rtf.length, 4);
  header.writeUInt32LE(PLAIN, 8);
  return Buffer.concat([header, rtf]);
}
