import type { ServerResponse } from "node:http";
import { type HeaderList, withHeader, withoutHeaders } from "../core/headers.ts";
import type { Verdict } from "../core/verdict.ts";
import type { Passage } from "./passage.ts";
import { rewriteOwnUrls } from "./own-urls.ts";
import { selectRange } from "./range.ts";
import { rawFields, sendProblem, verdictFields } from "../http/respond.ts";

/** Sends an application what an inspection allows: the response, the range of it that was asked for, or the problem. */
export function deliver(verdict: Verdict, passage: Passage, response: ServerResponse): void {
  if (response.destroyed) return;
  if (verdict.verdict === "blocked") {
    sendBlocked(verdict, passage, response);
    return;
  }
  const own = rewriteOwnUrls(verdict.headers, passage.vendor, passage.base);
  const { status, body } = verdict;
  const fields = verdictFields(verdict);
  if (passage.method === "HEAD" || status === 204 || status === 304) {
    response.writeHead(status, rawFields(own, fields));
    response.end();
    return;
  }
  const range = status === 200 && passage.method === "GET" ? selectRange(passage.range, own, body.length) : undefined;
  if (range?.kind === "unsatisfiable") {
    response.writeHead(
      416,
      rawFields(
        [
          ["Content-Range", `bytes */${body.length}`],
          ["Content-Length", "0"],
        ],
        fields,
      ),
    );
    response.end();
    return;
  }
  const content = range?.kind === "range" ? body.subarray(range.start, range.end + 1) : body;
  const ranged: HeaderList =
    range?.kind === "range" ? [["Content-Range", `bytes ${range.start}-${range.end}/${body.length}`]] : [];
  const framed = withHeader(own, "Content-Length", String(content.length));
  response.writeHead(range?.kind === "range" ? 206 : status, rawFields(framed, ranged, fields));
  response.end(content);
}

/** Begins a response whose records follow one by one. */
export function beginStream(verdict: Verdict, passage: Passage, response: ServerResponse): void {
  const own = rewriteOwnUrls(verdict.headers, passage.vendor, passage.base);
  response.writeHead(verdict.status, rawFields(withoutHeaders(own, "content-length"), verdictFields(verdict)));
  response.flushHeaders();
}

/** Answers with the problem that stands for a blocked response. */
export function sendBlocked(verdict: Verdict, { vendor }: Passage, response: ServerResponse): void {
  const { findings, incident } = verdict;
  const blocking = findings.filter(({ action }) => action === "block").length;
  const detail = `${blocking} of ${findings.length} findings block this response`;
  const named = incident === undefined ? {} : { incident };
  sendProblem(response, "blocked", { detail, vendor: vendor.name, findings, ...named }, verdictFields(verdict));
}
