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

/**
 * A head that ends exactly where these bytes do, and not before: what another parser takes for the end could hide content
 * (request smuggling). Throws `IcapError`.
 */
export function parseHead(bytes: Buffer, limits: HeadLimits): Head {
  const lines = bytes.toString("latin1").split("\r\n");
  const [start = ""] = lines;
  const length = lines.length - END;
  if (start === "" || lines.indexOf("") !== length || lines[length + 1] !== "")
    throw malformed("an encapsulated head does not end where the offset of the next section says");
  const fields: HeaderField[] = [];
  for (let i = 1; i < length; i++) addField(fields, checked(lines[i] ?? ""), limits, "unfold");
  return { start: checked(start), fields };
}

/** The empty line and the end behind it, as `split` gives them. */
const END = 2;

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
      } else addField(this.#fields, checked(line), this.#limits, this.#folding);
    }
  }

  #finished(start: string): Head {
    const fields = this.#fields;
    this.#start = undefined;
    this.#fields = [];
    this.#total = 0;
    return { start, fields };
  }
}

function addField(fields: HeaderField[], line: string, limits: HeadLimits, folding: Folding): void {
  if (line.startsWith(" ") || line.startsWith("\t")) {
    const last = fields.pop();
    if (folding === "refuse" || last === undefined) throw malformed("a field is folded over lines");
    fields.push([last[0], `${last[1]} ${line.trim()}`.trim()]);
    return;
  }
  const [, name, value = ""] = FIELD.exec(line) ?? [];
  if (name === undefined) throw malformed("a header field is not a name, a colon and a value");
  if (fields.length >= limits.fields) throw malformed(`there are more than ${limits.fields} header fields`);
  fields.push([name, value]);
}

function checked(line: string): string {
  if (/[\r\n\0]/.test(line)) throw malformed("a header line holds a bare CR or LF, or a NUL");
  return line;
}
