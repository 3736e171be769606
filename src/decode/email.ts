import type { Decoded, FormatContext, FormatDecoder, Problem } from "./format.ts";
import { leafList } from "./leaf-list.ts";
import { malformedMime, mimeEntity, type MimeHeader, mimeValue, readMimeHeader } from "./mime.ts";
import { type BodyParts, readBodyParts } from "./multipart.ts";

/** Mail (RFC 5322), pages saved with all they show (MHTML, RFC 2557), and mailboxes of several mails (RFC 4155). */
export const emailDecoder: FormatDecoder = {
  name: "email",
  mediaTypes: [
    "message/rfc822",
    "message/global",
    "message/news",
    "application/x-mimearchive",
    "application/mbox",
    "application/x-mbox",
  ],
  raw: true,
  decode: decodeEmail,
};

const SEPARATOR = /^From [^\r\n]{0,512}\d{4}[^\r\n]{0,16}\r?\n/;
const NEXT_MAIL = /(?<=\n\r?\n)(?=From [^\r\n]{0,512}\d{4}[^\r\n]{0,16}\r?\n[!-9;-~]{1,64}:)/g;

function decodeEmail(source: Uint8Array, context: FormatContext): Decoded {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const start = SEPARATOR.exec(bytes.toString("latin1", 0, 1024))?.[0].length ?? 0;
  return start === 0 ? decodeMail(bytes, context) : decodeMailbox(bytes);
}

/** Each mail of a mailbox is a part; the line before it belongs to the mailbox. */
function decodeMailbox(bytes: Buffer): Decoded {
  const text = bytes.toString("latin1");
  const starts = [0, ...[...text.matchAll(NEXT_MAIL)].map(({ index }) => index)];
  const embedded = starts.map((from, index) => {
    const start = from + (SEPARATOR.exec(text.slice(from, from + 1024))?.[0].length ?? 0);
    const span = { start, end: starts[index + 1] ?? bytes.length };
    const label = `mail ${index + 1}`;
    const mail = bytes.subarray(span.start, span.end);
    return { label, span, bytes: mail, contentType: "message/rfc822", encode: asItIs };
  });
  return { leaves: leafList([]), problems: [], embedded };
}

const asItIs = (bytes: Uint8Array): Uint8Array => bytes;

function decodeMail(bytes: Buffer, context: FormatContext): Decoded {
  const header = readMimeHeader(bytes, 0, bytes.length);
  const mail = mimeEntity(bytes, header, bytes.length, { label: "content", index: 0 });
  const type = mimeValue(bytes, header.fields, "content-type") ?? "";
  const parts: BodyParts = {
    entries: [...mail.entries],
    embedded: [],
    problems: [...mail.problems, ...headerProblems(bytes, header)],
  };
  const coding = mimeValue(bytes, header.fields, "content-transfer-encoding") ?? "";
  // The body parts of a mail are its own parts; encoded as a whole, which no mail should be, they lie one deeper.
  if (/^\s*multipart\//i.test(type) && !/base64|quoted/i.test(coding)) {
    parts.problems.push(...(mail.embedded.problems ?? []));
    readBodyParts(bytes, header.contentStart, parts, { ...context, contentType: mail.embedded.contentType });
  } else parts.embedded.push(mail.embedded);
  context.budget.takeLeaves(parts.entries.length);
  return { leaves: leafList(parts.entries), problems: parts.problems, embedded: parts.embedded };
}

function headerProblems(bytes: Buffer, { fields, isBroken, contentStart }: MimeHeader): Problem[] {
  if (fields.length === 0) return [malformedMime("the mail has no header")];
  if (isBroken) return [malformedMime("the mail's header holds a line that is no field")];
  const header = bytes.toString("latin1", 0, contentStart);
  return /\0|\r(?!\n)/.test(header) ? [malformedMime("the mail's header holds a control character")] : [];
}

/** Fields of which every mail has some, and no other text two. */
const MAIL_FIELDS = /^(?:received|return-path|delivered-to|message-id|mime-version|from|date|to|subject|x-mailer):/gim;

/** Whether content that is not declared as anything looks like a mail: a header with fields that only mails have together. */
export function looksLikeMail(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 16_384)).toString("latin1");
  const text = start.slice(SEPARATOR.exec(start)?.[0].length ?? 0);
  if (!/^[!-9;-~]{1,64}:/.test(text)) return false;
  const header = /^[^]*?(?=\r?\n\r?\n|$)/.exec(text)?.[0] ?? "";
  const names = new Set([...header.matchAll(MAIL_FIELDS)].map(([name]) => name.toLowerCase()));
  return names.size >= 3 && (names.has("from:") || names.has("received:"));
}
