import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, unlink } from "node:fs/promises";
import { join } from "node:path";

/** Bytes of a body that are kept in memory while it arrives; what is more waits on disk for its inspection. */
const IN_MEMORY = 2 ** 20;

/** The disk would not take a body (full, or not writable). */
export class SpoolFailed extends Error {}

/** A response's content as it arrives: in memory while it is small, in a file without a name when it is not. */
export class ReceivedBody {
  readonly #folder: string;
  readonly #chunks: Buffer[] = [];
  #inMemory = 0;
  #file: FileHandle | undefined;
  #written = 0;

  /** `folder`: where a large body waits; made where it is not there. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  get length(): number {
    return this.#written + this.#inMemory;
  }

  /** Whether the bytes are on disk. */
  get spooled(): boolean {
    return this.#file !== undefined;
  }

  /** Gives what has to be waited for before more is appended, where the chunk goes to disk. Rejects with `SpoolFailed`. */
  append(chunk: Buffer): Promise<void> | undefined {
    this.#chunks.push(chunk);
    this.#inMemory += chunk.length;
    return this.#inMemory > IN_MEMORY ? this.#flush() : undefined;
  }

  /** The whole content, cut at `longest`: at once where it is in memory. Rejects with `SpoolFailed`. */
  bytes(longest: number): Buffer | Promise<Buffer> {
    if (this.#file !== undefined) return this.#read(longest);
    const [only] = this.#chunks;
    const whole = this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks);
    return whole.length > longest ? whole.subarray(0, longest) : whole;
  }

  async #read(longest: number): Promise<Buffer> {
    await this.#flush();
    const whole = Buffer.allocUnsafeSlow(Math.min(longest, this.#written));
    const file = (this.#file ??= await this.#open());
    for (let at = 0; at < whole.length;) {
      const { bytesRead } = await spooling(file.read(whole, at, whole.length - at, at));
      if (bytesRead === 0) throw new SpoolFailed("a spooled body is shorter than what was written");
      at += bytesRead;
    }
    return whole;
  }

  /** Gives up the bytes. */
  async dispose(): Promise<void> {
    this.#chunks.length = 0;
    await this.#file?.close().catch(() => {});
    this.#file = undefined;
  }

  async #flush(): Promise<void> {
    const file = (this.#file ??= await this.#open());
    const chunk = this.#chunks.length === 1 ? (this.#chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#chunks);
    this.#chunks.length = 0;
    this.#inMemory = 0;
    for (let from = 0; from < chunk.length;) {
      const { bytesWritten } = await spooling(file.write(chunk, from, chunk.length - from, this.#written));
      from += bytesWritten;
      this.#written += bytesWritten;
    }
  }

  /** Without a name from the start, the file goes with its last handle, even when the process is killed. */
  async #open(): Promise<FileHandle> {
    return await spooling(
      (async () => {
        await mkdir(this.#folder, { recursive: true, mode: 0o700 });
        const path = join(this.#folder, randomUUID());
        const file = await open(path, "wx+", 0o600);
        await unlink(path);
        return file;
      })(),
    );
  }
}

async function spooling<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new SpoolFailed(
      `a body could not be kept on disk: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
