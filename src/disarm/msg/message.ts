import type { Budget } from "../../core/budget.ts";
import { damaged, Removals } from "../disarmer.ts";
import { type CompoundFile, readCompoundFile } from "../ole2/compound-file.ts";
import { isMark, rewrittenFile } from "../ole2/write.ts";
import { packRtf, unpackRtf } from "./compressed-rtf.ts";
import { formProperties, NAMED_PROPERTIES } from "./forms.ts";
import { Properties } from "./properties.ts";

/** Something in a message that is content of its own. */
export interface Content {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly contentType: string | undefined;
  /** Storage that goes where the content goes as a whole: that of an attachment. */
  readonly storage: string | undefined;
  readonly path: string;
  /** What the stream holds for new content. */
  readonly encode: (bytes: Uint8Array) => Uint8Array;
}

const NAMES = "__nameid_version1.0/";
const LIST = "__properties_version1.0";
const LISTED =
  /^(?:(?:__attach_version1\.0_#[0-9A-F]{8}|__recip_version1\.0_#[0-9A-F]{8}|__nameid_version1\.0|__substg1\.0_3701000D)\/)*(?:__properties_version1\.0|__substg1\.0_[0-9A-F]{8}(?:-[0-9A-F]{8})?)?$/;
const ATTACHMENT = /^(.*__attach_version1\.0_#[0-9A-F]{8}\/)__substg1\.0_37010102$/;
const BODY = /^(?:.*__substg1\.0_3701000D\/)?__substg1\.0_(0037|1000|1013|1009)(001E|001F|0102)$/;
const ATTACH_METHOD = 0x37050003;
/** Methods whose content is in the message: by value, a message, none (MS-OXCMSG, 2.2.2.9). */
const INSIDE = new Set([0, 1, 5]);
const BODIES: Readonly<Record<string, readonly [name: string, contentType: string]>> = {
  "0037": ["subject", "text/plain"],
  "1000": ["body.txt", "text/plain"],
  "1013": ["body.html", "text/html"],
  "1009": ["body.rtf", "application/rtf"],
};

const same = (bytes: Uint8Array): Uint8Array => bytes;
const storageOf = (path: string): string => path.replace(/[^/]*$/, "");

/** A message in a file as Outlook writes it (MS-OXMSG). */
export class Message {
  readonly removed = new Removals();
  readonly #file: CompoundFile;
  readonly #streams: ReadonlyMap<string, Buffer>;
  readonly #changed = new Map<string, Uint8Array | undefined>();
  readonly #lists = new Map<string, Properties>();

  constructor(bytes: Uint8Array) {
    this.#file = readCompoundFile(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    const entries = this.#file.entries.filter((entry) => !isMark(entry));
    this.#streams = new Map(entries.map(({ path, content }) => [path, content]));
    if (!this.#streams.has(LIST)) throw damaged("the message has no list of properties");
  }

  /** Texts, bodies and attachments, those of messages inside too. */
  contents(budget: Budget): readonly Content[] {
    return [...this.#streams].flatMap(
      ([path, stream]) => this.#attachment(path, stream) ?? bodyIn(path, stream, budget) ?? [],
    );
  }

  #attachment(path: string, stream: Buffer): Content | undefined {
    const storage = ATTACHMENT.exec(path)?.[1];
    if (storage === undefined) return undefined;
    const text = (...ids: readonly string[]): string | undefined =>
      ids.map((id) => textOf(this.#streams, `${storage}__substg1.0_${id}`)).find((value) => value !== undefined);
    const contentType = text("370E001F", "370E001E");
    return {
      name: text("3707001F", "3707001E", "3704001F", "3704001E") ?? "attachment",
      bytes: stream,
      contentType,
      storage,
      path,
      encode: same,
    };
  }

  /** Takes out what acts: objects, files elsewhere, sounds from other computers, streams that no message needs. */
  strip(): void {
    this.removed.add("unreachable stream", this.#file.unreachable);
    const forms = formProperties(this.#streams.get(NAMED_PROPERTIES));
    for (const [path, stream] of this.#streams) {
      const form = path.startsWith(NAMES) ? undefined : forms.get(tagOf(path) >>> 16);
      if (!LISTED.test(path)) this.#remove(path, "unlisted stream");
      else if (form !== undefined) this.#remove(path, form);
      else if (/__attach_version1\.0_#[0-9A-F]{8}\/$/.test(path)) this.#stripAttachment(path);
      else if (
        /__substg1\.0_[0-9A-F]{4}001[EF]$/.test(path) &&
        !BODY.test(path) &&
        /^(?:\\\\|file:)/i.test(plainText(path, stream))
      )
        this.#remove(path, "path to another computer", "paths to other computers");
    }
  }

  #stripAttachment(storage: string): void {
    const method = this.#list(storage).number(ATTACH_METHOD);
    if (method !== undefined && !INSIDE.has(method))
      this.#remove(storage, method === 6 ? "embedded object" : "file reference");
  }

  /** Gives content new bytes, or takes it out. */
  replace({ path, storage, encode }: Content, bytes: Uint8Array | undefined): void {
    if (bytes === undefined) return this.#drop(storage ?? path);
    const content = encode(bytes);
    this.#changed.set(path, content);
    const tag = tagOf(path);
    this.#list(storageOf(path)).resize(
      tag,
      content.length + ((tag & 0xffff) === 0x1f ? 2 : (tag & 0xffff) === 0x1e ? 1 : 0),
    );
  }

  written(): Buffer {
    for (const [storage, list] of this.#lists)
      if (!this.#isDropped(storage)) this.#changed.set(storage + LIST, list.bytes);
    return rewrittenFile(this.#file, this.#changed);
  }

  #remove(path: string, one: string, many?: string): void {
    if (this.#isDropped(path)) return;
    this.removed.add(one, 1, many);
    this.#drop(path);
  }

  #isDropped(path: string): boolean {
    return [...this.#changed].some(
      ([dropped, content]) =>
        content === undefined && (path === dropped || (dropped.endsWith("/") && path.startsWith(dropped))),
    );
  }

  #drop(path: string): void {
    this.#changed.set(path, undefined);
    if (path.endsWith("/") && path.includes("__attach_")) this.#list(path.replace(/[^/]*\/$/, "")).lessAttachments(1);
    else if (path.includes("__substg1.0_")) this.#list(storageOf(path)).remove(tagOf(path));
  }

  /** The list of properties of a storage; the root's is the longest. */
  #list(storage: string): Properties {
    const header = storage === "" ? 32 : storage.endsWith("__substg1.0_3701000D/") ? 24 : 8;
    const list =
      this.#lists.get(storage) ?? new Properties(this.#streams.get(storage + LIST) ?? Buffer.alloc(header), header);
    this.#lists.set(storage, list);
    return list;
  }
}

const tagOf = (path: string): number =>
  Number.parseInt(/__substg1\.0_([0-9A-F]{8})/.exec(path.replace(/^.*\//, ""))?.[1] ?? "0", 16);

function plainText(path: string, stream: Buffer): string {
  return path.endsWith("1F") ? stream.toString("utf16le") : stream.toString("latin1");
}

function textOf(streams: ReadonlyMap<string, Buffer>, path: string): string | undefined {
  const stream = streams.get(path);
  return stream && plainText(path, stream).replaceAll("\0", "");
}

/** A text of the message as UTF-8, or its RTF unpacked. */
function bodyIn(path: string, stream: Buffer, budget: Budget): Content | undefined {
  const [, id = "", type = ""] = BODY.exec(path) ?? [];
  const body = BODIES[id];
  if (body === undefined || stream.length === 0) return undefined;
  const [name, contentType] = body;
  const shared = { name, contentType, storage: undefined, path };
  if (id === "1009") return { ...shared, bytes: unpackRtf(stream, budget), encode: packRtf };
  if (type !== "001F") return { ...shared, bytes: stream, encode: same };
  const text = Buffer.from(stream.toString("utf16le"));
  return { ...shared, bytes: text, contentType: `${contentType}; charset=utf-8`, encode: toUtf16 };
}

function toUtf16(bytes: Uint8Array): Uint8Array {
  return Buffer.from(Buffer.from(bytes).toString("utf8"), "utf16le");
}
