import { once } from "node:events";
import type { Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from "node:zlib";
import { headerValue, type HeaderList } from "../core/headers.ts";

/** A stream whose content coding is broken or not whole. */
export class UndecodableStream extends Error {}

const DECOMPRESSORS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** Whether content with these fields can be decoded as it flows. */
export function isDecodable(headers: HeaderList): boolean {
  const coding = codingOf(headers);
  return coding === undefined || DECOMPRESSORS[coding] !== undefined;
}

function codingOf(headers: HeaderList): string | undefined {
  const coding = headerValue(headers, "content-encoding")?.trim().toLowerCase();
  return coding === "" || coding === "identity" ? undefined : coding;
}

/**
 * A stream with a content coding: decoded as it flows, and as it came for as long as nothing of it was passed on. A coding in
 * a stream of records has no end to measure a ratio at; the record limit bounds it.
 */
export class CodedStream {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #decompressor: Transform | undefined;
  readonly #mostKept: number;
  #kept: Uint8Array[] | undefined = [];
  #keptBytes = 0;
  #feeding: Promise<void> | undefined;
  #failure: unknown;

  /** At most `mostKept` bytes are kept as they came. */
  constructor(source: AsyncIterable<Uint8Array>, headers: HeaderList, mostKept: number) {
    const coding = codingOf(headers);
    this.#source = source[Symbol.asyncIterator]();
    this.#decompressor = coding === undefined ? undefined : DECOMPRESSORS[coding]?.();
    this.#mostKept = mostKept;
  }

  /** The bytes without the coding. Rejects with `UndecodableStream`, or what the source rejects with. */
  async *decoded(): AsyncGenerator<Uint8Array> {
    const decompressor = this.#decompressor;
    if (decompressor === undefined) {
      yield* this.#remaining();
      return;
    }
    this.#feeding = this.#feed(decompressor);
    try {
      for await (const chunk of decompressor) yield chunk;
    } catch (error) {
      throw this.#failure ?? new UndecodableStream(error instanceof Error ? error.message : String(error));
    }
  }

  async #feed(decompressor: Transform): Promise<void> {
    try {
      while (!decompressor.destroyed) {
        const next = await this.#source.next();
        if (next.done === true) break;
        this.#keep(next.value);
        if (!decompressor.destroyed && !decompressor.write(next.value)) await once(decompressor, "drain");
      }
      decompressor.end();
    } catch (error) {
      // What breaks the decompressor is told by itself.
      if (decompressor.errored !== null) return;
      this.#failure = error;
      decompressor.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #keep(chunk: Uint8Array): void {
    this.#keptBytes += chunk.length;
    if (this.#keptBytes > this.#mostKept) this.#kept = undefined;
    this.#kept?.push(chunk);
  }

  /** Something was passed on: from now on the stream cannot be had as it came. */
  begin(): void {
    this.#kept = undefined;
  }

  /** The whole stream as it came, after it could not be decoded; undefined where that is not kept. */
  asItCame(): AsyncIterable<Uint8Array> | undefined {
    return this.#kept === undefined ? undefined : this.#rest(this.#kept);
  }

  async *#rest(kept: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
    const before = kept.length;
    yield* kept.slice();
    // What was asked for when the decoding failed.
    await this.#feeding;
    yield* kept.slice(before);
    yield* this.#remaining();
  }

  /** What nobody has asked the source for yet. */
  #remaining(): AsyncIterable<Uint8Array> {
    return { [Symbol.asyncIterator]: () => this.#source };
  }
}
