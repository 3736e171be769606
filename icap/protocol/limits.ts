import type { ChunkLimits } from "./chunked-body.ts";
import type { HeadLimits } from "./head.ts";

/** The longest encapsulated HTTP head that is taken, in bytes. */
export const LONGEST_HEAD = 65_536;
export const HTTP_HEAD: HeadLimits = { start: LONGEST_HEAD, total: LONGEST_HEAD, fields: 2000 };
export const ICAP_HEAD: HeadLimits = { start: 8192, total: 32_768, fields: 200 };
export const CHUNKS: ChunkLimits = { chunk: 2 ** 30, extension: 256, trailer: 8192 };
