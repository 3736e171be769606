import zlib from "node:zlib";
import type { Budget } from "../core/budget.ts";
import { BudgetExceeded } from "../core/budget.ts";
import { type HeaderList, headerValues } from "../core/headers.ts";
import type { Problem } from "./format.ts";

/** More layers than this no server applies; a bomb does. */
const MOST_LAYERS = 3;

interface Options {
  readonly maxOutputLength: number;
  readonly info: true;
}

/** With `info`, zlib gives the engine too, which knows how many bytes it has read. */
type Decoder = (bytes: Uint8Array, options: Options) => unknown;

/** RFC 1950 headers: deflate, window at most 32 kB, check bits; many servers send raw deflate (RFC 1951) instead. */
function hasZlibHeader(bytes: Uint8Array): boolean {
  const [method = 0, flags = 0] = bytes;
  return (method & 0x0f) === 8 && method >> 4 <= 7 && (method * 256 + flags) % 31 === 0;
}

const DECODERS: Readonly<Record<string, Decoder>> = {
  gzip: zlib.gunzipSync,
  "x-gzip": zlib.gunzipSync,
  deflate: (bytes, options) => (hasZlibHeader(bytes) ? zlib.inflateSync : zlib.inflateRawSync)(bytes, options),
  br: zlib.brotliDecompressSync,
  zstd: zlib.zstdDecompressSync,
};

/** The content codings of a message in the order they were applied (RFC 9110, section 8.4), lower case, `identity` left out. */
export function contentCodings(headers: HeaderList): string[] {
  return headerValues(headers, "content-encoding")
    .flatMap((value) => value.split(","))
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== "" && coding !== "identity");
}

/** The content without its codings, or why they cannot be undone. Throws `BudgetExceeded` for bombs. */
export function undoContentCodings(
  body: Uint8Array,
  codings: readonly string[],
  budget: Budget,
): { readonly bytes: Uint8Array } | { readonly problem: Problem } {
  const unknown = codings.find((coding) => DECODERS[coding] === undefined);
  if (unknown !== undefined)
    return {
      problem: {
        category: "unscannable",
        rule: "lazaret/coding/unknown",
        severity: "high",
        message: "the content coding is not known, so the content cannot be read",
        evidence: unknown,
        remedy: { kind: "none" },
      },
    };
  if (codings.length > MOST_LAYERS)
    return {
      problem: {
        ...broken(codings.join(", "), "more layers of content coding than any server applies"),
        category: "limits",
      },
    };
  let bytes = body;
  for (const coding of codings.toReversed()) {
    const layer = undoLayer(bytes, coding, budget);
    if (layer === undefined)
      return { problem: broken(coding, `the content is not whole and well-formed ${coding}, or more follows it`) };
    bytes = layer;
  }
  return { bytes };
}

function broken(evidence: string, message: string): Problem {
  return {
    category: "encoding",
    rule: "lazaret/coding/broken",
    severity: "high",
    message,
    evidence,
    remedy: { kind: "none" },
  };
}

function undoLayer(bytes: Uint8Array, coding: string, budget: Budget): Uint8Array | undefined {
  const maxOutputLength = Math.max(1, Math.floor(budget.decompressible(bytes.length)));
  try {
    const result = DECODERS[coding]?.(bytes, { maxOutputLength, info: true });
    if (!isInfo(result) || result.engine.bytesWritten !== bytes.length) return undefined;
    budget.takeDecompressed(result.buffer.length);
    return result.buffer;
  } catch (error) {
    if (error instanceof BudgetExceeded) throw error;
    if (error instanceof RangeError && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE")
      throw new BudgetExceeded("ratio", budget.limits.ratio);
    return undefined;
  }
}

function isInfo(
  value: unknown,
): value is { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } } {
  return typeof value === "object" && value !== null && "buffer" in value && "engine" in value;
}
