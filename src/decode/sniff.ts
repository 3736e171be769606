/** What content is by its own first bytes. */
export interface Sniffed {
  /** Format name: a text decoder's, or a binary one that no decoder reads. */
  readonly format: string;
  readonly mediaType: string;
}

type Signature = readonly [offset: number, bytes: string, format: string, mediaType: string];

/** Signatures of the file formats that APIs carry: offset, Latin-1 bytes, format, media type. */
const SIGNATURES: readonly Signature[] = [
  [0, "%PDF-", "pdf", "application/pdf"],
  [0, "PK\x03\x04", "archive", "application/zip"],
  [0, "PK\x05\x06", "archive", "application/zip"],
  [0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "ole2", "application/x-ole-storage"],
  [0, "{\\rt", "rtf", "application/rtf"],
  [0, "\x1F\x8B\x08", "archive", "application/gzip"],
  [0, "BZh", "archive", "application/x-bzip2"],
  [0, "\xFD7zXZ\x00", "archive", "application/x-xz"],
  [0, "(\xB5/\xFD", "archive", "application/zstd"],
  [0, "7z\xBC\xAF\x27\x1C", "archive", "application/x-7z-compressed"],
  [0, "Rar!\x1A\x07", "archive", "application/vnd.rar"],
  [257, "ustar", "archive", "application/x-tar"],
  [0, "MSCF", "archive", "application/vnd.ms-cab-compressed"],
  [32769, "CD001", "archive", "application/x-iso9660-image"],
  [0, "\x89PNG\r\n\x1A\n", "image", "image/png"],
  [0, "\xFF\xD8\xFF", "image", "image/jpeg"],
  [0, "GIF87a", "image", "image/gif"],
  [0, "GIF89a", "image", "image/gif"],
  [8, "WEBP", "image", "image/webp"],
  [0, "II*\x00", "image", "image/tiff"],
  [0, "MM\x00*", "image", "image/tiff"],
  [4, "ftypavif", "image", "image/avif"],
  [4, "ftypavis", "image", "image/avif"],
  [4, "ftypheic", "image", "image/heic"],
  [0, "\x00\x00\x01\x00", "image", "image/x-icon"],
  [40, " EMF", "image", "image/emf"],
  [0, "\xD7\xCD\xC6\x9A", "image", "image/wmf"],
  [0, "\x01\x00\x09\x00\x00\x03", "image", "image/wmf"],
  [0, "wOFF", "font", "font/woff"],
  [0, "wOF2", "font", "font/woff2"],
  [0, "OTTO", "font", "font/otf"],
  [0, "\x00\x01\x00\x00\x00\xFF\xFF\xFF\xFF\x01\x00\x00\x00", "binary", "application/x-dotnet-serialized-object"],
  [0, "\x00\x01\x00\x00\x00", "font", "font/ttf"],
  [0, "ID3", "media", "audio/mpeg"],
  [0, "OggS", "media", "audio/ogg"],
  [0, "fLaC", "media", "audio/flac"],
  [8, "WAVEfmt", "media", "audio/wav"],
  [4, "ftyp", "media", "video/mp4"],
  [0, "\x1AE\xDF\xA3", "media", "video/webm"],
  [0, "\x7FELF", "executable", "application/x-elf"],
  [0, "\xFE\xED\xFA", "executable", "application/x-mach-binary"],
  [0, "\xCF\xFA\xED\xFE", "executable", "application/x-mach-binary"],
  [0, "\xCA\xFE\xBA\xBE", "executable", "application/java-vm"],
  [0, "\x00asm", "executable", "application/wasm"],
  [0, "L\x00\x00\x00\x01\x14\x02\x00", "executable", "application/x-ms-shortcut"],
  [0, "SQLite format 3\x00", "binary", "application/vnd.sqlite3"],
  [0, "\xAC\xED\x00\x05", "binary", "application/x-java-serialized-object"],
];

const OTHERS: readonly string[] = ["MZ", "BM"];
/** The first two bytes of every signature that stands at the beginning, as one number. */
const BEGINNINGS: ReadonlySet<number> = new Set(
  [...SIGNATURES.flatMap(([offset, signature]) => (offset === 0 ? [signature] : [])), ...OTHERS].map(
    (signature) => signature.charCodeAt(0) * 256 + signature.charCodeAt(1),
  ),
);
const INNER_SIGNATURES = SIGNATURES.filter(([offset]) => offset > 0);
/** The signatures that stand a little further in, by their first four bytes. */
const FURTHER = INNER_SIGNATURES.filter(([offset]) => offset <= 8).map(
  ([offset, signature]) => [offset, Buffer.from(signature.slice(0, 4), "latin1").readUInt32BE()] as const,
);

/** Whether content of at most 256 bytes that begins with these twelve could have a signature. */
export function mayHaveSignature(start: Uint8Array): boolean {
  const word = (at: number): number =>
    (((start[at] ?? 0) << 24) | ((start[at + 1] ?? 0) << 16) | ((start[at + 2] ?? 0) << 8) | (start[at + 3] ?? 0)) >>>
    0;
  if (BEGINNINGS.has((start[0] ?? 0) * 256 + (start[1] ?? 0))) return true;
  return FURTHER.some(([offset, signature]) => word(offset) === signature);
}

/** Office documents as one XML file, whatever they hold (Open Document Format 1.3, part 3, section 3.1.2). */
const FLAT_ODF = "application/vnd.oasis.opendocument.flat-xml";

const PDF: Sniffed = { format: "pdf", mediaType: "application/pdf" };
const RTF: Sniffed = { format: "rtf", mediaType: "application/rtf" };
/** Readers look for the beginning of a PDF as far as this (ISO 32000-1, annex H, note 13). */
const PDF_WINDOW = 1024;

/**
 * Documents that readers open though their signature is missing or comes late: what is declared as one, and a PDF with something
 * before it where nothing else is declared.
 */
export function sniffDocument(bytes: Uint8Array, declared: string | undefined, isVague: boolean): Sniffed | undefined {
  if (declared === PDF.mediaType) return PDF;
  if (declared === RTF.mediaType || declared === "text/rtf") return RTF;
  if (!isVague) return undefined;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return view.subarray(0, PDF_WINDOW + 5).includes("%PDF-") && view.includes(" obj") ? PDF : undefined;
}

/** How far text is looked into for what it is. */
const TEXT_WINDOW = 1024;

/** The file format of a signature in the first bytes, or undefined. */
export function sniffSignature(bytes: Uint8Array): Sniffed | undefined {
  const begins = BEGINNINGS.has((bytes[0] ?? 0) * 256 + (bytes[1] ?? 0));
  const other = begins ? sniffProgramOrBitmap(bytes) : undefined;
  if (other !== undefined) return other;
  for (const [offset, signature, format, mediaType] of begins ? SIGNATURES : INNER_SIGNATURES)
    if (bytes[offset] === signature.charCodeAt(0) && latin1(bytes, offset, offset + signature.length) === signature)
      return { format, mediaType };
  return undefined;
}

/** Formats whose two letters alone begin ordinary words too. */
function sniffProgramOrBitmap(bytes: Uint8Array): Sniffed | undefined {
  const start = latin1(bytes, 0, 64);
  if (start.startsWith("MZ") && /[\x00-\x08]/.test(start.slice(2)))
    return { format: "executable", mediaType: "application/vnd.microsoft.portable-executable" };
  if (start.startsWith("BM") && bytes.length > 26 && start.startsWith("\0\0\0\0", 6))
    return { format: "image", mediaType: "image/bmp" };
  return undefined;
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1", start, end);
}

/** What text is by how it begins: JSON, HTML, SVG, XML, or undefined. `source` is UTF-8. */
export function sniffText(source: Uint8Array): Sniffed | undefined {
  const text = Buffer.from(source.subarray(0, TEXT_WINDOW)).toString("latin1").trimStart();
  const root = /^<(?:\?xml\b|!--|!doctype\s+(?:svg|office)\b|(?:[\w.-]{1,32}:)?(?:svg|document)[\s>/])/i.test(text)
    ? rootOf(source)
    : undefined;
  if (root === "svg") return { format: "svg", mediaType: "image/svg+xml" };
  if (root === "office:document") return { format: "odf-flat", mediaType: FLAT_ODF };
  if (/^<\?xml\b/i.test(text)) return { format: "xml", mediaType: "application/xml" };
  if (
    /^(?:<!--[^]{0,512}?-->\s{0,16})?<(?:!doctype html|html|head|body|script|iframe|table|div|style|title|meta)\b/i.test(
      text,
    )
  )
    return { format: "html", mediaType: "text/html" };
  if (/^#!\s{0,4}\//.test(text)) return { format: "executable", mediaType: "text/x-script" };
  if (/^(?:\{\s{0,64}(?:"|\})|\[\s{0,64}(?:[[{"\]\d-]|true|false|null))/.test(text))
    return { format: "json", mediaType: "application/json" };
  return undefined;
}

/** Whether a format is a file in XML, and not data. */
export function isXmlFile({ format }: Sniffed): boolean {
  return format === "svg" || format === "odf-flat";
}

/** How far an XML document's first element is looked for. */
const PROLOG_WINDOW = 64 * 2 ** 10;
/** What may stand before the first element: declarations, comments, a document type. */
const PROLOG = /^(?:\s+|<\?[^]*?\?>|<!--[^]*?-->|<!doctype\b[^[>]*(?:\[[^\]]*\]\s*)?>)*/i;

/** Name of an XML document's first element: as it is spelled, but `svg` whatever its prefix. */
function rootOf(source: Uint8Array): string | undefined {
  const text = Buffer.from(source.buffer, source.byteOffset, Math.min(source.length, PROLOG_WINDOW)).toString("latin1");
  const name = /^<([\w.:-]{1,64})[\s>/]/.exec(text.slice(PROLOG.exec(text)?.[0].length ?? 0))?.[1];
  return name !== undefined && /^(?:[^:]+:)?svg$/i.test(name) ? "svg" : name;
}

/** Whether bytes look like text: no NUL and few other controls in what is looked at. */
export function looksLikeText(bytes: Uint8Array): boolean {
  const window = Math.min(bytes.length, TEXT_WINDOW);
  let controls = 0;
  for (let i = 0; i < window; i++) {
    const byte = bytes[i] ?? 0;
    if (byte >= 0x20) continue;
    if (byte === 0) return false;
    if (byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x0c && byte !== 0x1b && byte !== 0x1e) controls++;
  }
  return controls * 20 <= window;
}
