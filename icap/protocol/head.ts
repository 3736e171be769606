import type { HeaderField, HeaderList } from "../../src/core/headers.ts";
import type { ByteQueue } from "./byte-queue.ts";
import { malformed } from "./icap-error.ts";

/** What a header section may have. Lengths in bytes. */
export interface HeadLimits {
  readonly start: number;
  readonly total: number;
  readonly fields: number;
}

/** A start line and its fields. */
export interface Head {
  readonly start: string;
  readonly fields: HeaderList;
}

/** Whether a field may go on in the next line: peers send that in HTTP heads and replies, and it is refused in ICAP requests. */
export type Folding = "refuse" | "unfold";

const FIELD = /^([!#$%&'*+\-.^_`|~\w]+):[ \t]*(.*?)[ \t]*$/;

/** Reads a start line and fields as they come, up to the empty line. */
export class HeadReader {
  readonly #limits: HeadLimits;
  readonly #folding: Folding;
  #start: string | undefined;
  #fields: HeaderField[] = [];
  #total = 0;

  constructor(limits: HeadLimits, folding: Folding) {
    this.#limits = limits;
    this.#folding = folding;
  }

  /** Whether a head has begun. */
  get begun(): boolean {
    return this.#start !== undefined;
  }

  /** The head, or undefined while it is not all there. Throws `IcapError`. */
  next(queue: ByteQueue): Head | undefined {
    for (;;) {
      const { start, total } = this.#limits;
      const line = queue.takeLine(this.#start === undefined ? start : total - this.#total);
      if (line === undefined) return undefined;
      this.#total += line.length + 2;
      if (this.#start === undefined) {
        if (line === "") throw malformed("an empty line stands where a message has to begin");
        this.#start = checked(line);
      } else if (line === "") {
        return this.#finished(this.#start);
      } else this.#field(checked(line));
    }
  }

  #field(line: string): void {
    if (line.startsWith(" ") || line.startsWith("\t")) {
      const last = this.#fields.pop();
      if (this.#folding === "refuse" || last === undefined) throw malformed("a field is folded over lines");
      this.#fields.push([last[0], `${last[1]} ${line.trim()}`.trim()]);
      return;
    }
    const [, name, value = ""] = FIELD.exec(line) ?? [];
    if (name === undefined) throw malformed("a header field is not a name, a colon and a value");
    if (this.#fields.length >= this.#limits.fields)
      throw malformed(`there are more than ${this.#limits.fields} header fields`);
    this.#fields.push([name, value]);
  }

  #finished(start: string): Head {
    const fields = this.#fields;
    this.#start = undefined;
    this.#fields = [];
    this.#total = 0;
    return { start, fields };
  }
}

function checked(line: string): string {
  if (/[\r\0]/.test(line)) throw malformed("a header line holds a bare CR or a NUL");
  return line;
}
