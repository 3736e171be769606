import { type HeaderField, type HeaderList, headerValues } from "../../src/core/headers.ts";
import { problemDocument, PROBLEMS } from "../../src/core/problem.ts";
import type { Verdict } from "../../src/core/verdict.ts";
import { verdictFields } from "../../src/http/respond.ts";
import type { HttpMessage } from "./message.ts";
import type { Adapted } from "./reply.ts";

/** The start line that deployed clients look for. */
const FORBIDDEN = "HTTP/1.1 403 Forbidden";

/** The response that stands for blocked content: a problem document, or a page where the request prefers HTML. */
export function blockPage(verdict: Verdict, { kind, request }: HttpMessage, vendor: string | undefined): Adapted {
  const { findings, incident } = verdict;
  const blocking = findings.filter(({ action }) => action === "block").length;
  const title = kind === "request" ? "The request's content was blocked" : PROBLEMS.blocked.title;
  const document = {
    ...problemDocument("blocked", {
      detail: `${blocking} of ${findings.length} findings block this ${kind}`,
      findings,
      ...(vendor === undefined ? {} : { vendor }),
      ...(incident === undefined ? {} : { incident }),
    }),
    title,
    status: 403,
  };
  const page = prefersHtml(request.headers)
    ? { type: "text/html; charset=utf-8", content: htmlPage(title, incident) }
    : { type: "application/problem+json", content: JSON.stringify(document) };
  return page403(page.type, page.content, verdictFields(verdict), request.method === "HEAD");
}

/** The response to content that no verdict can be given on as a whole, and that cannot be handed back either. */
export function tooLargePage({ request }: HttpMessage, longest: number): Adapted {
  const document = {
    ...problemDocument("content-too-large", { detail: `more than the ${longest} bytes of limits.body` }),
    status: 403,
  };
  return page403("application/problem+json", JSON.stringify(document), [], request.method === "HEAD");
}

function page403(type: string, content: string, fields: HeaderList, isHead: boolean): Adapted {
  const body = Buffer.from(content);
  const own: HeaderField[] = [
    ["Content-Type", type],
    ["Content-Length", String(body.length)],
    ["Cache-Control", "no-store"],
    ["X-Content-Type-Options", "nosniff"],
  ];
  return { section: "res-hdr", start: FORBIDDEN, fields: [...own, ...fields], body: isHead ? undefined : body };
}

/** Whether HTML is named in `Accept`, and with a higher weight than JSON (RFC 9110, section 12.5.1). */
function prefersHtml(headers: HeaderList): boolean {
  const accepted = headerValues(headers, "accept").join(",").toLowerCase().split(",");
  const weight = (type: RegExp): number =>
    Math.max(
      -1,
      ...accepted.filter((one) => type.test(one)).map((one) => Number(/;\s*q=([\d.]+)/.exec(one)?.[1] ?? 1)),
    );
  return weight(/^\s*(?:text\/html|application\/xhtml\+xml)\b/) > weight(/^\s*application\/(?:problem\+)?json\b/);
}

function htmlPage(title: string, incident: string | undefined): string {
  const id = incident === undefined ? "" : `<p>Incident <code>${incident}</code></p>`;
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Blocked</title></head><body><h1>${title}</h1>` +
    `<p>Lazaret found something in it that could not be made safe.</p>${id}</body></html>\n`
  );
}
