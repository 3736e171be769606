import { damaged } from "../disarmer.ts";

/** A message's, recipient's or attachment's list of properties (MS-OXMSG, section 2.4): 16 bytes each after a header. */
export class Properties {
  #bytes: Buffer;
  readonly #header: number;

  /** `header` is 32 bytes for a message, 24 for one inside a message, 8 for the rest. */
  constructor(bytes: Buffer, header: number) {
    if (bytes.length < header) throw damaged("a list of properties of the message is cut off");
    this.#bytes = Buffer.from(bytes);
    this.#header = header;
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  /** The value of a property of four bytes, by its tag: identifier and type. */
  number(tag: number): number | undefined {
    const at = this.#find(tag);
    return at === undefined ? undefined : this.#bytes.readUInt32LE(at + 8);
  }

  /** Notes the size of a property whose value is a stream. */
  resize(tag: number, size: number): void {
    const at = this.#find(tag);
    if (at !== undefined) this.#bytes.writeUInt32LE(size, at + 8);
  }

  remove(tag: number): void {
    const at = this.#find(tag);
    if (at !== undefined) this.#bytes = Buffer.concat([this.#bytes.subarray(0, at), this.#bytes.subarray(at + 16)]);
  }

  /** Counts attachments that are no more there. */
  lessAttachments(count: number): void {
    if (this.#header >= 24) this.#bytes.writeUInt32LE(Math.max(0, this.#bytes.readUInt32LE(20) - count), 20);
  }

  #find(tag: number): number | undefined {
    for (let at = this.#header; at + 16 <= this.#bytes.length; at += 16)
      if (this.#bytes.readUInt32LE(at) === tag) return at;
    return undefined;
  }
}
