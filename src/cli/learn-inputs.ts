import { once } from "node:events";
import { createReadStream, existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { InspectionInput } from "../inspection-input.ts";
import { type HarExchange, readHar } from "../learn/har.ts";
import { BatchLineError, readBatchLine } from "./batch.ts";
import { UsageError } from "./exit.ts";

/** An exchange to learn from. */
export interface RecordedExchange {
  readonly kind: "exchange";
  /** Of a line; undefined for an entry of a HAR file. */
  readonly id: string | undefined;
  /** File and line or entry, for messages. */
  readonly place: string;
  readonly vendor: string | undefined;
  readonly exchange: InspectionInput;
  readonly redacted: boolean;
}

/** What a recording gives: exchanges, and what in it is none. */
export type LearnInput =
  | RecordedExchange
  | { readonly kind: "other-host" }
  /** Learned from by an earlier run. */
  | { readonly kind: "known" }
  | { readonly kind: "without-content"; readonly count: number }
  | { readonly kind: "problem"; readonly place: string; readonly message: string };

/** Bytes at the beginning of a file that tell a HAR file from exchanges line by line. */
const LOOK = 64 * 1024;

/**
 * Reads a HAR file, or exchanges as `scan --batch` takes them, from a file or, as `-`, from standard input. `host` is the vendor's,
 * where it is known; a HAR file of several hosts needs it. Rejects with `UsageError` where there is no such file.
 */
export async function* recordedExchanges(path: string, host: string | undefined): AsyncGenerator<LearnInput> {
  if (path !== "-" && !existsSync(path)) throw new UsageError(`${path}: there is no such file`);
  if (path !== "-" && (await isHar(path))) yield* ofHar(path, host);
  else yield* ofLines(path, path === "-" ? process.stdin : createReadStream(path));
}

/**
 * What the gateway recorded in a file after the exchange with this id, which was the last to be learned from; all of it where
 * that is no longer there.
 */
export async function* recordedSince(path: string, id: string | undefined): AsyncGenerator<LearnInput> {
  let isKnown = id !== undefined && (await hasExchange(path, id));
  for await (const one of recordedExchanges(path, undefined)) {
    if (!isKnown) yield one;
    else {
      yield { kind: "known" };
      isKnown = one.kind !== "exchange" || one.id !== id;
    }
  }
}

async function hasExchange(path: string, id: string): Promise<boolean> {
  const start = `{"id":${JSON.stringify(id)},`;
  for await (const line of createInterface({ input: createReadStream(path) })) if (line.startsWith(start)) return true;
  return false;
}

/** A line of a batch is an object with an id; a HAR file begins with an object that has a `log`. */
async function isHar(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(LOOK), 0, LOOK, 0);
    return (
      path.endsWith(".har") ||
      /^\s*\{\s*"log"\s*:/.test(
        buffer
          .subarray(0, bytesRead)
          .toString("utf8")
          .replace(/^\uFEFF/, ""),
      )
    );
  } finally {
    await file.close();
  }
}

async function* ofHar(path: string, host: string | undefined): AsyncGenerator<LearnInput> {
  const content = (await text(createReadStream(path))).replace(/^\uFEFF/, "");
  const { exchanges, withoutContent } = har(content, path);
  const hosts = new Set(exchanges.map(({ url }) => URL.parse(url)?.host));
  if (host === undefined && hosts.size > 1)
    throw new UsageError(
      `${path}: has exchanges with ${[...hosts].slice(0, 5).join(", ")}; say which is meant by the vendor's upstream in the configuration`,
    );
  if (withoutContent > 0) yield { kind: "without-content", count: withoutContent };
  for (const [i, exchange] of exchanges.entries())
    if (host === undefined || URL.parse(exchange.url)?.host === host) yield ofEntry(exchange, `${path} entry ${i + 1}`);
    else yield { kind: "other-host" };
}

function har(content: string, path: string): ReturnType<typeof readHar> {
  try {
    return readHar(JSON.parse(content));
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function ofEntry({ method, url, status, contentType, body }: HarExchange, place: string): RecordedExchange {
  return {
    kind: "exchange",
    id: undefined,
    place,
    vendor: undefined,
    redacted: false,
    exchange: { request: { method, url }, status, contentType, body },
  };
}

async function* ofLines(path: string, stream: Readable): AsyncGenerator<LearnInput> {
  const opened = stream === process.stdin ? Promise.resolve() : once(stream, "ready");
  await opened;
  let number = 0;
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    number++;
    if (line.trim() === "") continue;
    const place = `${path === "-" ? "standard input" : path}:${number}`;
    try {
      const { id, exchange, redacted } = readBatchLine(line);
      yield { kind: "exchange", id, place, vendor: exchange.vendor, exchange, redacted };
    } catch (error) {
      if (!(error instanceof BatchLineError) && !(error instanceof SyntaxError)) throw error;
      yield { kind: "problem", place, message: error.message };
    }
  }
}
