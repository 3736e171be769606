import type { ByteQueue } from "./byte-queue.ts";
import { malformed } from "./icap-error.ts";

/** What a chunked body may have. Lengths in bytes. */
export interface ChunkLimits {
  /** Of one chunk. */
  readonly chunk: number;
  readonly extension: number;
  readonly trailer: number;
}

/** What comes of a body: some of its bytes, or its end with what the last chunk's extensions say. */
export type BodyEvent =
  | { readonly kind: "data"; readonly bytes: Buffer }
  | {
      readonly kind: "last";
      /** The preview holds the whole body (RFC 3507, section 4.5). */
      readonly ieof: boolean;
      /** From which byte of the original the body goes on (draft-icap-ext-partial-content). */
      readonly original: number | undefined;
    };

const SIZE = /^([0-9a-f]{1,8})[ \t]*((?:;.*)?)$/i;
const SIZE_DIGITS = 8;

/** Reads one chunked body as it comes (RFC 9112, section 7.1); its trailer is read and dropped. */
export class ChunkedBody {
  readonly #limits: ChunkLimits;
  #state: "size" | "data" | "after-data" | "trailer" = "size";
  #left = 0;
  #trailer = 0;
  #extensions: readonly string[] = [];

  constructor(limits: ChunkLimits) {
    this.#limits = limits;
  }

  /** Whether only the empty line behind the last chunk has not come. */
  get lacksLastLine(): boolean {
    return this.#state === "trailer" && this.#trailer === 0;
  }

  /** The next event, or undefined while it is not there. Throws `IcapError`. */
  next(queue: ByteQueue): BodyEvent | undefined {
    for (;;) {
      switch (this.#state) {
        case "size":
          if (!this.#size(queue)) return undefined;
          break;
        case "data": {
          const bytes = queue.takeUpTo(this.#left);
          if (bytes.length === 0) return undefined;
          this.#left -= bytes.length;
          if (this.#left === 0) this.#state = "after-data";
          return { kind: "data", bytes };
        }
        case "after-data": {
          const end = queue.take(2);
          if (end === undefined) return undefined;
          if (end[0] !== 0x0d || end[1] !== 0x0a) throw malformed("a chunk does not end where its size says");
          this.#state = "size";
          break;
        }
        case "trailer": {
          const line = queue.takeLine(this.#limits.trailer - this.#trailer);
          if (line === undefined) return undefined;
          this.#trailer += line.length + 2;
          if (line === "") return this.#last();
          break;
        }
        default:
          return this.#state satisfies never;
      }
    }
  }

  #size(queue: ByteQueue): boolean {
    const line = queue.takeLine(SIZE_DIGITS + this.#limits.extension);
    if (line === undefined) return false;
    const [, digits, extensions = ""] = SIZE.exec(line) ?? [];
    if (digits === undefined) throw malformed("a chunk's size is not one to eight hexadecimal digits");
    const size = Number.parseInt(digits, 16);
    if (size > this.#limits.chunk) throw malformed(`a chunk is larger than ${this.#limits.chunk} bytes`);
    this.#extensions = extensions === "" ? [] : extensions.split(";").map((one) => one.trim().toLowerCase());
    if (size > 0 && this.#extensions.includes("ieof")) throw malformed("ieof stands on a chunk that is not the last");
    this.#left = size;
    this.#state = size === 0 ? "trailer" : "data";
    return true;
  }

  #last(): BodyEvent {
    const original = this.#extensions.flatMap((one) => /^use-original-body=(\d{1,15})$/.exec(one)?.[1] ?? [])[0];
    const ieof = this.#extensions.includes("ieof");
    this.#state = "size";
    this.#trailer = 0;
    return { kind: "last", ieof, original: original === undefined ? undefined : Number(original) };
  }
}
