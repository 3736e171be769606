import { type DisarmPolicy, type FileKind, type Outcome, outcomeOf, QUARANTINE_RULE } from "../core/disarm-policy.ts";
import { type Disarmed, type FileFormat, removalsText } from "../core/disarmed.ts";
import { evidenceOf } from "../core/evidence.ts";
import type { Part } from "../core/part.ts";
import type { ContentType } from "./content-type.ts";
import type { Problem } from "./format.ts";
import { decoderOf } from "./registry.ts";
import type { Sniffed } from "./sniff.ts";

/** Media types that say nothing about what the content is. */
const VAGUE = new Set([
  "",
  "text/plain",
  "application/octet-stream",
  "binary/octet-stream",
  "application/unknown",
  "*/*",
]);

/** Structured binary formats that are not read yet. */
const UNREAD =
  /^application\/(?:(?:x-|vnd\.)?msgpack|(?:x-)?messagepack|cbor|.*\+cbor|(?:x-|vnd\.google\.)?protobuf|x-google-protobuf|grpc(?:[+-].*)?|x-thrift|avro|bson|x-ndcbor)$/;

/** Formats whose files can act, and that nothing reads where no disarmer takes them. */
const ACTIVE = new Set([
  "pdf",
  "ooxml",
  "ole2",
  "rtf",
  "archive",
  "image",
  "svg",
  "odf-flat",
  "email",
  "executable",
  "binary",
]);

/** Whether a media type leaves open what the content is. */
export function isVague(mediaType: string | undefined): boolean {
  return VAGUE.has(mediaType ?? "");
}

/** The key of `policy.disarm` that decides about a format. */
const DISARM_KEYS: Readonly<Record<string, FileKind>> = {
  pdf: "pdf",
  ooxml: "office",
  ole2: "office",
  rtf: "office",
  "odf-flat": "office",
  archive: "archive",
  image: "image",
  svg: "image",
};

/** Formats that cannot be inspected: named, and never passed over in silence unless policy allows them as they are. */
export function unscannable({ format, mediaType }: Sniffed, disarm: DisarmPolicy): Problem | undefined {
  const key = DISARM_KEYS[format];
  if (!ACTIVE.has(format) || (key !== undefined && disarm[key] === "allow")) return undefined;
  return {
    category: "unscannable",
    rule: `lazaret/unscannable/${format}`,
    severity: "high",
    message: `${mediaType} cannot be inspected`,
    evidence: mediaType,
    remedy: { kind: "none" },
  };
}

/** A file of a media type that policy does not name among those that may be delivered. */
export function typeNotAllowed(mediaType: string, { types }: DisarmPolicy): Problem | undefined {
  if (types === undefined || types.some((allowed) => covers(allowed, mediaType))) return undefined;
  return {
    category: "unscannable",
    rule: "lazaret/disarm/type",
    severity: "medium",
    message: `policy.disarm.types does not name ${mediaType}`,
    evidence: mediaType,
    remedy: { kind: "none" },
    byDefault: "block",
  };
}

/** Office documents are known by the family of their type alone. */
function covers(allowed: string, mediaType: string): boolean {
  if (allowed.endsWith("/*")) return mediaType.startsWith(allowed.slice(0, -1));
  return allowed === mediaType || allowed.startsWith(`${mediaType}.`);
}

/** A file that is larger than policy lets files be. */
export function tooLarge({ length }: Uint8Array, mediaType: string, { maxSize }: DisarmPolicy): Problem | undefined {
  if (maxSize === undefined || length <= maxSize) return undefined;
  return {
    category: "limits",
    rule: "lazaret/disarm/size",
    severity: "medium",
    message: `${length} bytes of ${mediaType} are more than policy.disarm.maxSize`,
    evidence: mediaType,
    remedy: { kind: "none" },
  };
}

/** Outcomes under which a file stays closed, with what they say and do where no category's action is set. */
const CLOSED = {
  block: { says: "blocks", byDefault: "block" },
  quarantine: { says: "holds for review", byDefault: "block" },
  strip: { says: "takes out", byDefault: "sanitize" },
} as const satisfies Partial<Record<Outcome, object>>;

/** Whether a file of this format is opened under a policy. */
export function isOpened({ name, key }: FileFormat, disarm: DisarmPolicy): boolean {
  const outcome = outcomeOf(disarm, name, key);
  return outcome !== "allow" && !(outcome in CLOSED);
}

/** A file of a format that policy does not let be opened: nothing to say where it is allowed as it is. */
export function closedFile({ name, mediaType, key }: FileFormat, disarm: DisarmPolicy): Problem | undefined {
  const outcome = outcomeOf(disarm, name, key);
  if (outcome !== "block" && outcome !== "quarantine" && outcome !== "strip") return undefined;
  const { says, byDefault } = CLOSED[outcome];
  const policyKey = disarm.formats[name] === undefined ? key : `formats.${name}`;
  return {
    category: "active-content",
    rule: outcome === "quarantine" ? QUARANTINE_RULE : `lazaret/disarm/${name}`,
    severity: "high",
    message: `policy.disarm.${policyKey} ${says} ${mediaType}`,
    evidence: mediaType,
    remedy: { kind: "none" },
    byDefault,
  };
}

/** What its disarmer says of a file, as a problem; undefined where nothing has to go. */
export function fileProblem(
  { format, mediaType }: Part,
  disarmed: Disarmed,
  { encrypted }: DisarmPolicy,
): Problem | undefined {
  switch (disarmed.kind) {
    case "clean":
      return undefined;
    case "rebuilt": {
      const removed = removalsText(disarmed.removed);
      return {
        category: "active-content",
        rule: `lazaret/disarm/${format}`,
        severity: "high",
        message: `${removed} in ${mediaType}`,
        evidence: removed,
        remedy: { kind: "rebuild" },
      };
    }
    case "refused": {
      const { category, cause, reason } = disarmed;
      return {
        category,
        rule: `lazaret/${category}/${cause}`,
        severity: "high",
        message: `${mediaType} cannot be rebuilt: ${evidenceOf(reason)}`,
        evidence: mediaType,
        remedy: { kind: "none" },
        ...(cause === "encrypted" && encrypted === "allow" ? ({ atMost: "report" } as const) : {}),
      };
    }
    default:
      return disarmed satisfies never;
  }
}

/** Whether the declared type names a structured binary format that is not read. */
export function isUnread(declared: ContentType | undefined): boolean {
  return UNREAD.test(declared?.mediaType ?? "");
}

/** Content that is not what its type says: what one program checks is not what the next one runs (THREATS, H7). */
export function typeConfusion(declared: ContentType | undefined, sniffed: Sniffed | undefined): Problem | undefined {
  const type = declared?.mediaType;
  if (type === undefined || sniffed === undefined || isVague(type)) return undefined;
  if (agrees(type, sniffed)) return undefined;
  const harmless = sniffed.format === "json" && decoderOf(type)?.name !== "json";
  return {
    category: "header",
    rule: "lazaret/type-confusion",
    severity: harmless ? "low" : "high",
    message: `declared as ${type}, but the content is ${sniffed.mediaType}`,
    evidence: type,
    remedy: { kind: "none" },
    byDefault: "block",
    ...(harmless ? ({ atMost: "report" } as const) : {}),
  };
}

function agrees(type: string, { format, mediaType }: Sniffed): boolean {
  if (type === mediaType) return true;
  const family = type.split("/")[0];
  switch (format) {
    case "image":
      return family === "image";
    case "media":
      return family === "audio" || family === "video" || type.startsWith("application/");
    case "font":
      return family === "font" || type.startsWith("application/");
    case "json":
    case "xml":
    case "html":
    case "svg":
    case "odf-flat":
      return textAgrees(type, format);
    default:
      return family === "application" && decoderOf(type) === undefined;
  }
}

/** Text may sniff as a format that its declared one contains or resembles. */
function textAgrees(type: string, format: string): boolean {
  if (type.endsWith(`/${format}`) || type.endsWith(`+${format}`)) return true;
  const declared = decoderOf(type)?.name;
  if (format === "svg") return type === "image/svg+xml" || declared === "html";
  if (format === "odf-flat") return declared === undefined || declared === "xml";
  if (format === "xml") return /xml|html|rss|atom|soap/.test(type);
  if (format === "html") return /html|xml/.test(type) || (type.startsWith("text/") && declared !== "json");
  return (
    (declared !== undefined && ["json", "ndjson", "json-seq", "yaml"].includes(declared)) ||
    /yaml|graphql|javascript/.test(type)
  );
}
