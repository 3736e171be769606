import { cssDecoder } from "./css.ts";
import { csvDecoder } from "./csv.ts";
import { formDecoder } from "./form.ts";
import { emailDecoder } from "./email.ts";
import type { FormatDecoder } from "./format.ts";
import { htmlDecoder } from "./html.ts";
import { jsonDecoder } from "./json.ts";
import { multipartDecoder } from "./multipart.ts";
import { jsonSeqDecoder, ndjsonDecoder, sseDecoder } from "./record-formats.ts";
import { textDecoder } from "./text.ts";
import { xmlDecoder } from "./xml.ts";
import { yamlDecoder } from "./yaml.ts";

/** Every text format that is read, by name. A new format is one line here. */
export const DECODERS = {
  json: jsonDecoder,
  ndjson: ndjsonDecoder,
  "json-seq": jsonSeqDecoder,
  sse: sseDecoder,
  xml: xmlDecoder,
  html: htmlDecoder,
  yaml: yamlDecoder,
  css: cssDecoder,
  csv: csvDecoder,
  form: formDecoder,
  multipart: multipartDecoder,
  email: emailDecoder,
  text: textDecoder,
} as const satisfies Readonly<Record<string, FormatDecoder>>;

const BY_TYPE: ReadonlyMap<string, FormatDecoder> = new Map(
  Object.values(DECODERS).flatMap((decoder: FormatDecoder) =>
    decoder.mediaTypes.map((type): [string, FormatDecoder] => [type, decoder]),
  ),
);

const BY_NAME: ReadonlyMap<string, FormatDecoder> = new Map(Object.entries(DECODERS));

/** The decoder of a media type: by its whole name, else by its structured syntax suffix (RFC 6839). */
export function decoderOf(mediaType: string): FormatDecoder | undefined {
  const suffix = /\+[a-z0-9-]+$/.exec(mediaType)?.[0];
  return BY_TYPE.get(mediaType) ?? (suffix === undefined ? undefined : BY_TYPE.get(suffix));
}

/** The decoder of a format name, as sniffing gives it. */
export function decoderNamed(name: string): FormatDecoder | undefined {
  return BY_NAME.get(name);
}
