import { fieldsThatGoOn, HOP_BY_HOP } from "../../src/core/hop-by-hop.ts";
import type { Defect, Exchange } from "../../src/core/exchange.ts";
import { headerValue, headerValues, type HeaderList } from "../../src/core/headers.ts";
import type { Head } from "../protocol/head.ts";
import { malformed } from "../protocol/icap-error.ts";
import type { IcapRequest } from "./request-parser.ts";
import { encapsulatedRequest } from "./routing.ts";

/** The HTTP message that a client wants to have adapted. */
export interface HttpMessage {
  readonly kind: "request" | "response";
  /** Its start line as it came. */
  readonly start: string;
  /** Its fields as they go on. */
  readonly fields: HeaderList;
  /** Some field does not go on although its place is not this connection alone, so it cannot be left as it is. */
  readonly isChanged: boolean;
  readonly hasBody: boolean;
  readonly request: Exchange["request"];
  /** 0 for a request. */
  readonly status: number;
}

/** What asks for a part of the content, which could not be judged: with these gone, vendors send the whole. */
const RANGE_FIELDS = ["range", "if-range"];
const NOT_OF_REQUESTS: ReadonlySet<string> = new Set([...HOP_BY_HOP, ...RANGE_FIELDS]);
const NOT_OF_RESPONSES: ReadonlySet<string> = new Set(HOP_BY_HOP);

/** The message of a REQMOD or RESPMOD. Throws `IcapError` where its start line is none of HTTP. */
export function messageOf({ method, requestHead, responseHead, body }: IcapRequest): HttpMessage {
  const request = {
    ...encapsulatedRequest(requestHead),
    headers: fieldsThatGoOn(requestHead?.fields ?? [], NOT_OF_REQUESTS),
  };
  const hasBody = body !== "null-body";
  if (method === "RESPMOD") {
    const { start, fields } = responseHead ?? { start: "HTTP/1.1 200 OK", fields: [] };
    const status = /^HTTP\/\d\.\d (\d{3})(?: |$)/.exec(start)?.[1];
    if (status === undefined) throw malformed("the encapsulated response has no status line of HTTP");
    const own = fieldsThatGoOn(fields, NOT_OF_RESPONSES);
    const isChanged = fields.some(isOwnField);
    return { kind: "response", start, fields: own, isChanged, hasBody, request, status: Number(status) };
  }
  const { start, fields }: Head = requestHead ?? { start: "", fields: [] };
  const isChanged = fields.some((field) => isOwnField(field) || RANGE_FIELDS.includes(field[0].toLowerCase()));
  return { kind: "request", start, fields: request.headers, isChanged, hasBody, request, status: 0 };
}

/** Fields that only Lazaret sets. */
function isOwnField([name]: HeaderList[number]): boolean {
  return name.toLowerCase().startsWith("lazaret-");
}

/** The exchange that the pipeline is asked about; `isCut`: only the beginning of the body was read. */
export function exchangeOf(
  message: HttpMessage,
  vendor: string | undefined,
  body: Uint8Array,
  isCut: boolean,
): Exchange {
  const { request, status, fields: headers } = message;
  const defect = isCut ? undefined : defectOf(message, body.length);
  return {
    vendor,
    request,
    status,
    headers,
    body,
    ...(message.kind === "request" ? { isRequest: true } : {}),
    ...(defect === undefined ? {} : { defect }),
  };
}

/** What is wrong with a message although its content may be fine. Proxies end a body that broke off as if it were whole. */
function defectOf({ fields, hasBody, status, request }: HttpMessage, length: number): Defect | undefined {
  const lengths = new Set(
    headerValues(fields, "content-length").flatMap((value) => value.split(",").map((one) => one.trim())),
  );
  if (lengths.size > 1)
    return {
      category: "malformed",
      rule: "lazaret/content-length",
      message: "there are several different Content-Length fields",
    };
  if (!hasBody || request.method === "HEAD") return undefined;
  const [declared] = lengths;
  if (declared !== undefined && declared !== String(length))
    return {
      category: "malformed",
      rule: "lazaret/truncated",
      message: `Content-Length says ${/^\d{1,15}$/.test(declared) ? declared : "no number"}, and ${length} bytes came`,
    };
  if (status === 206 && !isWholeRange(headerValue(fields, "content-range"), length))
    return {
      category: "unscannable",
      rule: "lazaret/partial-content",
      message: "a part of the content cannot be judged; send requests through REQMOD too, which asks for the whole",
    };
  return undefined;
}

function isWholeRange(range: string | undefined, length: number): boolean {
  return range?.replace(/\s+/g, " ").toLowerCase() === `bytes 0-${length - 1}/${length}`;
}
