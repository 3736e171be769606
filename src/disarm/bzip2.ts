import bunzip from "seek-bzip";
import type { Budget } from "../core/budget.ts";
import { compressedFile, type CompressedStream, countTrailing } from "./compressed.ts";
import { Removals } from "./disarmer.ts";
import { GrowingContent } from "./growing.ts";

/** How a stream begins: `BZh` and its block size, then a block or, of an empty one, the end. */
const STREAM = /^BZh[1-9](?:1AY&SY|\x17rE8P\x90)/;
const LONGEST_START = 10;

/** BZIP2: read only, since nothing well kept writes it; one whose file has to change is refused. */
export const bzip2Disarmer = compressedFile({ name: "bzip2", mediaTypes: ["application/x-bzip2"], read: readStreams });

function readStreams(bytes: Uint8Array, budget: Budget): CompressedStream {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const removed = new Removals();
  const content = new GrowingContent(bytes.length, budget);
  let at = 0;
  while (STREAM.test(view.toString("latin1", at, at + LONGEST_START))) {
    const input = {
      readByte: () => view[at++] ?? -1,
      read: (buffer: Uint8Array, offset: number, length: number) => {
        const piece = view.subarray(at, at + length);
        buffer.set(piece, offset);
        at += length;
        return piece.length;
      },
      eof: () => at >= view.length,
    };
    bunzip.decode(input, content, false);
  }
  countTrailing(view.subarray(at), removed);
  return { name: "", content: content.take(), removed };
}
