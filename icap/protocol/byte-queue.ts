import { malformed } from "./icap-error.ts";

const LF = 0x0a;
const CR = 0x0d;
const NOTHING = Buffer.alloc(0);

/** Bytes that have come and were not read yet. */
export class ByteQueue {
  #bytes: Buffer = NOTHING;
  /** How far the unread bytes are known to hold no line feed. */
  #scanned = 0;

  get length(): number {
    return this.#bytes.length;
  }

  push(chunk: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
  }

  clear(): void {
    this.#bytes = NOTHING;
    this.#scanned = 0;
  }

  /**
   * The next line without its CRLF, or undefined while it is not all there. Throws `IcapError` where it is longer than
   * `longest` bytes or ends with a line feed alone, which other parsers read differently (request smuggling).
   */
  takeLine(longest: number): string | undefined {
    const end = this.#bytes.indexOf(LF, this.#scanned);
    if (end < 0) {
      this.#scanned = this.#bytes.length;
      if (this.#bytes.length > longest + 1) throw malformed(`a line is longer than ${longest} bytes`);
      return undefined;
    }
    if (end === 0 || this.#bytes[end - 1] !== CR) throw malformed("a line ends with LF instead of CRLF");
    if (end - 1 > longest) throw malformed(`a line is longer than ${longest} bytes`);
    const line = this.#bytes.toString("latin1", 0, end - 1);
    this.#skip(end + 1);
    return line;
  }

  /** Takes an empty line where one stands next. */
  takeEmptyLine(): boolean {
    const isEmpty = this.#bytes[0] === CR && this.#bytes[1] === LF;
    if (isEmpty) this.#skip(2);
    return isEmpty;
  }

  /** Exactly so many bytes, or undefined while they are not all there. */
  take(length: number): Buffer | undefined {
    return this.#bytes.length < length ? undefined : this.takeUpTo(length);
  }

  /** As many bytes as are there, at most `length`. */
  takeUpTo(length: number): Buffer {
    const taken = this.#bytes.subarray(0, length);
    this.#skip(taken.length);
    return taken;
  }

  #skip(length: number): void {
    this.#bytes = length === this.#bytes.length ? NOTHING : this.#bytes.subarray(length);
    this.#scanned = 0;
  }
}
