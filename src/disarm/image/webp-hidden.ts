import { type Budget, BudgetExceeded } from "../../core/budget.ts";
import { measured } from "./codec.ts";
import { type Chunk, framesOf } from "./webp.ts";

/** Bytes at the end of pixel data by which hidden data is told: decoders look less far ahead of what they need. */
const TAIL = 16;
/** The flag that says that there is transparency (RFC 9649, section 2.7). */
const ALPHA = 0x10;

/**
 * How many pieces of pixel data go on after the last pixel. Where they end only a decoder knows: a piece that can lose its last
 * bytes and still decodes to the same pixels has something behind them. Throws `BudgetExceeded`.
 */
export async function countHiddenWebpData(view: Buffer, budget: Budget): Promise<number> {
  let found = 0;
  for (const frame of framesOf(view)) {
    const colours = frame.find(({ type }) => type === "VP8 " || type === "VP8L");
    const alpha = frame.find(({ type }) => type === "ALPH");
    if (colours === undefined) continue;
    const shortened = [
      pictureOf(cut(colours), alpha),
      ...(alpha === undefined ? [] : [pictureOf(colours, cut(alpha))]),
    ];
    for (const picture of shortened) {
      const pixels = await pixelsOf(picture, budget);
      if (pixels !== undefined && (await pixelsOf(pictureOf(colours, alpha), budget))?.equals(pixels) === true) found++;
    }
  }
  return found;
}

const cut = (chunk: Chunk): Chunk => ({ ...chunk, content: chunk.content.subarray(0, -TAIL) });

/** The pixels of a picture, or undefined where they do not decode. */
async function pixelsOf(picture: Buffer, budget: Budget): Promise<Buffer | undefined> {
  try {
    const { image } = await measured(picture, budget);
    return await image.raw().toBuffer();
  } catch (error) {
    if (error instanceof BudgetExceeded) throw error;
    return undefined;
  }
}

function pictureOf(colours: Chunk, alpha: Chunk | undefined): Buffer {
  if (alpha === undefined || colours.type === "VP8L") return fileOf([colours]);
  const extended = Buffer.alloc(10);
  extended[0] = ALPHA;
  // A key frame of VP8 (RFC 6386, section 9.1): width and height of 14 bits.
  extended.writeUIntLE((colours.content.readUInt16LE(6) & 0x3fff) - 1, 4, 3);
  extended.writeUIntLE((colours.content.readUInt16LE(8) & 0x3fff) - 1, 7, 3);
  return fileOf([{ type: "VP8X", content: extended }, alpha, colours]);
}

function fileOf(chunks: readonly Chunk[]): Buffer {
  const pieces = chunks.flatMap(({ type, content }) => {
    const head = Buffer.alloc(8);
    head.write(type, "latin1");
    head.writeUInt32LE(content.length, 4);
    return [head, content, Buffer.alloc(content.length % 2)];
  });
  const body = Buffer.concat([Buffer.from("WEBP"), ...pieces]);
  const head = Buffer.from("RIFF\0\0\0\0");
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
}
