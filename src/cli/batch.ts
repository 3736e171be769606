import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { LibraryInspector } from "../index.ts";
import type { InspectionInput } from "../inspection-input.ts";
import { WorstOutcome } from "./exit.ts";
import { verdictObject } from "../core/verdict-object.ts";

/** A line that is not what `--batch` reads. */
export class BatchLineError extends Error {}

/** What holds for exchanges that do not say it themselves. */
export type BatchDefaults = Pick<InspectionInput, "vendor" | "contentType" | "status"> & {
  readonly url: string | undefined;
};

/** `scan --batch`: an exchange a line in, a verdict a line out, in input order. Gives the exit code. */
export async function runBatch(
  inspector: LibraryInspector,
  input: Readable,
  output: Writable,
  defaults: BatchDefaults,
): Promise<number> {
  const worst = new WorstOutcome();
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    if (line.trim() === "") continue;
    const answer = await answerLine(line, inspector, worst, defaults);
    if (!output.write(`${JSON.stringify(answer)}\n`)) await once(output, "drain");
  }
  return worst.exitCode;
}

async function answerLine(
  line: string,
  inspector: LibraryInspector,
  worst: WorstOutcome,
  defaults: BatchDefaults,
): Promise<object> {
  try {
    const { id, asText, exchange } = readBatchLine(line);
    const verdict = await inspector.inspect(withDefaults(exchange, defaults));
    worst.add(verdict.verdict);
    return { id, ...verdictObject(verdict, asText) };
  } catch (error) {
    if (!(error instanceof BatchLineError) && !(error instanceof SyntaxError)) throw error;
    worst.fail();
    return { id: null, error: error.message };
  }
}

function withDefaults(exchange: InspectionInput, { vendor, contentType, status, url }: BatchDefaults): InspectionInput {
  const { request } = exchange;
  return {
    ...exchange,
    vendor: exchange.vendor ?? vendor,
    contentType: exchange.contentType ?? contentType,
    status: exchange.status ?? status,
    request: { ...request, url: request?.url ?? url },
  };
}

interface BatchLine {
  readonly id: string;
  readonly asText: boolean;
  readonly exchange: InspectionInput;
  /** Whether it comes from a recording, in which values gave way to others of their shape. */
  readonly redacted: boolean;
}

/** Reads a line of a batch. Throws `BatchLineError` or `SyntaxError` for what is none. */
export function readBatchLine(line: string): BatchLine {
  const value: unknown = JSON.parse(line);
  if (!isRecord(value)) throw new BatchLineError("expected an object");
  const { id, body, bodyBase64 } = value;
  if (typeof id !== "string") throw new BatchLineError('expected "id" to be a string');
  if (body != null && bodyBase64 != null) throw new BatchLineError('expected one of "body" and "bodyBase64"');
  const status = value["status"] ?? undefined;
  if (status !== undefined && typeof status !== "number") throw new BatchLineError('expected "status" to be a number');
  return {
    id,
    asText: typeof body === "string",
    redacted: value["redacted"] === true,
    exchange: {
      vendor: optionalString(value, "vendor"),
      request: { method: optionalString(value, "method"), url: optionalString(value, "url") },
      status,
      headers: headersOf(value["headers"]),
      contentType: optionalString(value, "contentType"),
      body: typeof body === "string" ? body : fromBase64(bodyBase64),
    },
  };
}

/** Bytes of base64 or base64url, padded or not. Throws `BatchLineError` for anything else, of which Node skips what it does not know. */
function fromBase64(text: unknown): Uint8Array {
  if (typeof text !== "string") throw new BatchLineError('expected "body" or "bodyBase64" to be a string');
  if (!/^[\w+/-]*={0,2}$/.test(text) || text.replace(/=+$/, "").length % 4 === 1)
    throw new BatchLineError('expected "bodyBase64" to be base64');
  return Buffer.from(text, "base64");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function optionalString(record: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = record[key];
  if (value === undefined || value === null || typeof value === "string") return value ?? undefined;
  throw new BatchLineError(`expected "${key}" to be a string`);
}

function headersOf(value: unknown): Record<string, string | string[]> {
  if (value === undefined || value === null) return {};
  const wrong = new BatchLineError('expected "headers" to map names to strings or lists of strings');
  if (!isRecord(value)) throw wrong;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]): [string, string | string[]] => {
      if (typeof one === "string") return [name, one];
      if (!Array.isArray(one) || !one.every((item) => typeof item === "string")) throw wrong;
      return [name, one];
    }),
  );
}
