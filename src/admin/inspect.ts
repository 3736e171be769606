import type { Request, RequestHandler, Response } from "express";
import { headerValue, type HeaderList, withHeader } from "../core/headers.ts";
import { verdictObject } from "../core/verdict-object.ts";
import { rawFields, sendProblem, verdictFields } from "../http/respond.ts";
import type { AdminServices } from "./services.ts";

/** Header fields of the request that describe the response to inspect. */
const DESCRIBING = ["content-type", "content-encoding", "content-disposition"] as const;

/** `POST /v1/inspect`: the request's body is the response's. */
export function inspectResponse({ inspector, vendors, longestBody }: AdminServices): RequestHandler {
  return async (request, response) => {
    const vendor = request.get("Lazaret-Vendor");
    const status = request.get("Lazaret-Status") ?? "200";
    if (vendor !== undefined && !vendors().some(({ name }) => name === vendor)) {
      sendProblem(response, "unknown-vendor", { detail: "Lazaret-Vendor names no vendor of the configuration" });
      return;
    }
    if (!/^[1-5]\d\d$/.test(status)) {
      sendProblem(response, "bad-request", { detail: `Lazaret-Status has to be a status code, not ${status}` });
      return;
    }
    const verdict = await inspector().inspect({
      vendor,
      request: {
        method: request.get("Lazaret-Method") ?? "GET",
        url: request.get("Lazaret-Url") ?? "/",
        headers: [],
      },
      status: Number(status),
      headers: describedFields(request),
      body: await readBody(request, longestBody(vendor) + 1),
    });
    if (asksForVerdict(request)) {
      const { incident } = verdict;
      response
        .set("Cache-Control", "no-store")
        .json({ ...verdictObject(verdict, true), ...(incident === undefined ? {} : { incident }) });
    } else if (verdict.verdict === "blocked") {
      const { findings, incident } = verdict;
      const named = { ...(incident === undefined ? {} : { incident }), ...(vendor === undefined ? {} : { vendor }) };
      sendProblem(response, "blocked", { findings, ...named }, verdictFields(verdict));
    } else sendContent(response, verdict.headers, verdict.body, verdictFields(verdict));
  };
}

/** Whether JSON is named in `Accept`, and not with a weight of 0; a range such as any type asks for the content. */
function asksForVerdict(request: Request): boolean {
  return request.accepts().some((type) => type.toLowerCase() === "application/json");
}

function describedFields(request: Request): HeaderList {
  return DESCRIBING.flatMap((name) => {
    const value = request.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
}

/** The body, cut one byte over the limit so that the inspection sees that there is more than it allows. */
async function readBody(request: Request, longest: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    if (length < longest) chunks.push(bytes);
    length += bytes.length;
  }
  return Buffer.concat(chunks).subarray(0, longest);
}

function sendContent(response: Response, headers: HeaderList, body: Uint8Array, verdict: HeaderList): void {
  const own = headers.filter(([name]) => DESCRIBING.some((field) => field === name.toLowerCase()));
  const type =
    headerValue(own, "content-type") === undefined ? [["Content-Type", "application/octet-stream"] as const] : [];
  const fields = withHeader([...own, ...type], "Content-Length", String(body.length));
  response.writeHead(
    200,
    rawFields([...fields, ...verdict, ["X-Content-Type-Options", "nosniff"], ["Cache-Control", "no-store"]]),
  );
  response.end(body);
}
