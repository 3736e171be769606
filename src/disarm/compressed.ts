import type { Budget } from "../core/budget.ts";
import { damaged, type Disarmer, type Removals, unsupported } from "./disarmer.ts";

/** A compressed file as it was read. */
export interface CompressedStream {
  /** Name of the file inside; empty where the format has none. */
  readonly name: string;
  readonly content: Uint8Array;
  /** What stands beside the compressed data. */
  readonly removed: Removals;
}

/** A format that holds one file, compressed. */
export interface Codec<Stream extends CompressedStream> {
  readonly name: string;
  readonly mediaTypes: readonly string[];
  /** Throws `RefusedFile` and `BudgetExceeded`. */
  readonly read: (bytes: Uint8Array, budget: Budget) => Stream | Promise<Stream>;
  /** Absent where the format is only read: what has to be changed in it is refused. */
  readonly write?: (content: Uint8Array, stream: Stream) => Uint8Array;
}

/** The disarmer of a format that holds one file: the file is inspected, and what stands beside the compressed data goes. */
export function compressedFile<Stream extends CompressedStream>({
  name,
  mediaTypes,
  read,
  write,
}: Codec<Stream>): Disarmer {
  return {
    name,
    key: "archive",
    mediaTypes,
    members: async (bytes, budget) => {
      const stream = await read(bytes, budget);
      return [{ name: stream.name === "" ? "content" : stream.name, bytes: stream.content }];
    },
    disarm: async (bytes, replaced, budget) => {
      const stream = await read(bytes, budget);
      const { content, removed } = stream;
      if (removed.isEmpty && replaced.size === 0) return { kind: "clean" };
      if (write === undefined) throw unsupported(`${name} files can be read only, and something in this one has to go`);
      const kept = replaced.size === 0 ? content : replaced.get(0);
      if (kept === undefined) throw damaged("nothing is left of the file inside");
      return { kind: "rebuilt", bytes: write(kept, stream), removed: removed.list() };
    },
  };
}

/** Notes bytes after the end of the compressed data. */
export function countTrailing(trailing: Uint8Array, removed: Removals): void {
  // Tape blocks are filled up with zeros, and the programs say nothing of them.
  if (trailing.some((byte) => byte !== 0))
    removed.add("piece of data after the end", 1, "pieces of data after the end");
}
