import type { Group, Node } from "./tree.ts";

/** Pictures in codecs of the web; metafiles and bitmaps of Windows are programs of drawing calls, and go. */
const TYPES: Readonly<Record<string, string>> = { pngblip: "image/png", jpegblip: "image/jpeg" };

/** A picture's type, what describes it, and its bytes; undefined where it is of a kind that goes. */
export interface Picture {
  readonly contentType: string;
  readonly head: readonly Node[];
  readonly bytes: Buffer;
  /** Not written in hexadecimal. */
  readonly isBinary: boolean;
}

const METAFILE = /^(?:emfblip|wmetafile|macpict|pmmetafile|dibitmap|wbitmap)$/;

/** Reads a picture group: words, groups of properties, then its data in hexadecimal or binary. */
export function pictureOf(group: Group, source: Buffer): Picture | undefined {
  const words = group.nodes.flatMap((node) => (node.kind === "word" ? [node.name] : []));
  const kinds = words.filter((name) => TYPES[name] !== undefined);
  const contentType = TYPES[kinds[0] ?? ""];
  if (contentType === undefined || kinds.length > 1 || words.some((name) => METAFILE.test(name))) return undefined;
  const binary = group.nodes.find((node) => node.kind === "binary");
  const hex = group.nodes
    .map((node) => (node.kind === "text" ? source.toString("latin1", node.start, node.end) : ""))
    .join("")
    .replaceAll(/[^0-9A-Fa-f]/g, "");
  return {
    contentType,
    head: group.nodes.filter(({ kind }) => kind !== "text" && kind !== "binary"),
    bytes: binary === undefined ? Buffer.from(hex, "hex") : source.subarray(binary.data, binary.end),
    isBinary: binary !== undefined,
  };
}

/** A picture's data as RTF writes it. */
export function pictureData(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString("hex")
    .replaceAll(/.{128}/g, "$&\r\n");
}
