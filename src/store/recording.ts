import { appendFile, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolder } from "./make-folder.ts";

/** Lines that wait to be written, beyond which more are dropped: a disk that is slow must not hold up traffic. */
const MOST_WAITING = 1000;

/** A file of lines, 0600, that ends at a size. Several processes may append to one. */
export class RecordingFile {
  readonly #path: string;
  readonly #size: number;
  readonly #onFailure: (error: unknown) => void;
  #waiting: string[] = [];
  #writing: Promise<void> | undefined;

  /** `size` in bytes. The file and its folder are made when the first line comes. */
  constructor(path: string, size: number, onFailure: (error: unknown) => void) {
    this.#path = path;
    this.#size = size;
    this.#onFailure = onFailure;
  }

  /** Appends a line, in the background. */
  write(line: string): void {
    if (this.#waiting.length < MOST_WAITING) this.#waiting.push(line);
    this.#writing ??= this.#flush()
      .catch(this.#onFailure)
      .finally(() => {
        this.#writing = undefined;
      });
  }

  async #flush(): Promise<void> {
    makeFolder(dirname(this.#path));
    await (await open(this.#path, "a", 0o600)).close();
    while (this.#waiting.length > 0) {
      const lines = this.#waiting.join("");
      this.#waiting = [];
      const { size } = await stat(this.#path);
      if (size + Buffer.byteLength(lines) <= this.#size) await appendFile(this.#path, lines, { mode: 0o600 });
    }
  }

  /** Waits until what came in is written. */
  async close(): Promise<void> {
    await this.#writing;
  }
}
