import { type HeaderField, type HeaderList, withHeader } from "../../src/core/headers.ts";
import type { Verdict } from "../../src/core/verdict.ts";
import { verdictFields } from "../../src/http/respond.ts";
import { blockPage, tooLargePage } from "./block-page.ts";
import type { HttpMessage } from "./message.ts";
import { type Adapted, adaptedReply, bareReply } from "./reply.ts";

/** What an answer is made for. */
export interface Asked {
  readonly message: HttpMessage;
  /** The body as it came; only its beginning where it is larger than `longest`. */
  readonly body: Uint8Array;
  readonly longest: number;
  readonly vendor: string | undefined;
  /** Tokens of `Allow`. */
  readonly allow: ReadonlySet<string>;
  /** The client waits at the end of a preview, or sent all in it: then it can go on with what it has (RFC 3507, section 4.6). */
  readonly inPreview: boolean;
}

const VIA: HeaderField = ["Via", "ICAP/1.0 lazaret"];
/** Bytes that have to be spared for a 206 to be worth its while. */
const WORTH = 4096;

/**
 * The answer that a verdict leads to, in pieces; undefined where it is the message as it came, of which only the beginning
 * is there. `fields`: those of the ICAP head.
 */
export function answerOf(verdict: Verdict, asked: Asked, fields: HeaderList): Buffer[] | undefined {
  const { message, body, longest, vendor, allow, inPreview } = asked;
  if (verdict.verdict === "blocked") return adaptedReply(200, fields, blockPage(verdict, message, vendor));
  const isWhole = body.length <= longest;
  const isUnchanged = verdict.verdict === "pass" && !message.isChanged;
  if (isUnchanged && (inPreview || allow.has("204"))) return bareReply(204, fields);
  // The beginning alone could be changed, not what follows it.
  if (!isWhole)
    return verdict.verdict === "pass" ? undefined : adaptedReply(200, fields, tooLargePage(message, longest));
  const adapted = adaptedMessage(verdict, message);
  // Who allows no 204 here has not kept the body, whatever it says of 206 (so Squid, which means its preview).
  const keeps = allow.has("206") && (inPreview || allow.has("204"));
  const partial = keeps ? partialOf(adapted, body) : undefined;
  return partial === undefined ? adaptedReply(200, fields, adapted) : adaptedReply(206, fields, partial);
}

/** The message as it goes on. */
export function adaptedMessage(verdict: Verdict, { kind, start, hasBody }: HttpMessage): Adapted {
  const body = hasBody ? verdict.body : undefined;
  const framed =
    body === undefined ? verdict.headers : withHeader(verdict.headers, "Content-Length", String(body.length));
  const own: HeaderField[] = [VIA, ...(kind === "response" ? verdictFields(verdict) : [])];
  const section = kind === "response" ? "res-hdr" : "req-hdr";
  return { section, start, fields: [...framed, ...own], body };
}

/** The same with only what is new of the body, where the rest is the end of what the client has (draft-icap-ext-partial-content). */
function partialOf(adapted: Adapted, original: Uint8Array): Adapted | undefined {
  if (adapted.body === undefined) return undefined;
  const common = commonEnd(adapted.body, original);
  if (common < WORTH && common < original.length) return undefined;
  if (common === 0) return undefined;
  return {
    ...adapted,
    body: adapted.body.subarray(0, adapted.body.length - common),
    original: original.length - common,
  };
}

/** How many bytes at their ends two bodies share. */
function commonEnd(one: Uint8Array, other: Uint8Array): number {
  const most = Math.min(one.length, other.length);
  let length = 0;
  while (length < most && one[one.length - 1 - length] === other[other.length - 1 - length]) length++;
  return length;
}
