import { type Request, type Response, Router } from "express";
import type { Incident, IncidentQuery, IncidentStore } from "../core/incident.ts";
import { sendProblem } from "../http/respond.ts";
import { readLimit } from "./limit.ts";

const VERDICTS = ["pass", "sanitized", "blocked"] as const;

/** `/v1/incidents` and `/v1/quarantine`. */
export function incidentRoutes(store: IncidentStore): Router {
  const router = Router();
  router.get("/incidents", async (request, response) => {
    const query = readQuery(request);
    if (typeof query === "string") {
      sendProblem(response, "bad-request", { detail: query });
      return;
    }
    try {
      response.json(await store.list(query));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      sendProblem(response, "bad-request", { detail: error.message });
    }
  });
  router.get("/incidents/:id", async (request, response) => {
    const incident = await store.get(request.params.id);
    if (incident === undefined) notFound(response, "incident");
    else response.json(incident);
  });
  router.get("/quarantine/:id", async (request, response) => {
    const bytes = await store.quarantined(request.params.id);
    if (bytes === undefined) notFound(response, "quarantined body");
    else sendAttachment(response, request.params.id, bytes);
  });
  router.post("/quarantine/:id/release", async (request, response) => {
    if (await store.release(request.params.id)) response.json(await store.get(request.params.id));
    else await refuse(response, await store.get(request.params.id));
  });
  router.delete("/quarantine/:id", async (request, response) => {
    if (await store.discard(request.params.id)) response.status(204).end();
    else await refuse(response, await store.get(request.params.id));
  });
  return router;
}

function readQuery({ query }: Request): IncidentQuery | string {
  const { cursor, vendor, verdict } = query;
  const limit = readLimit(query["limit"]);
  if (typeof limit === "string") return limit;
  const wanted = VERDICTS.find((name) => name === verdict);
  if (verdict !== undefined && wanted === undefined) return `verdict has to be one of ${VERDICTS.join(", ")}`;
  return {
    limit,
    ...(typeof cursor === "string" ? { cursor } : {}),
    ...(typeof vendor === "string" ? { vendor } : {}),
    ...(wanted === undefined ? {} : { verdict: wanted }),
  };
}

/** Hostile bytes are only ever handed out as an attachment that no browser opens. */
function sendAttachment(response: Response, id: string, bytes: Uint8Array): void {
  response.writeHead(200, {
    "Content-Type": "application/octet-stream",
    "Content-Disposition": `attachment; filename="${id}.quarantined"`,
    "Content-Length": String(bytes.length),
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
  });
  response.end(bytes);
}

async function refuse(response: Response, incident: Incident | undefined): Promise<void> {
  if (incident?.quarantine?.state === "gone")
    sendProblem(response, "conflict", { detail: "the quarantined bytes of this incident have been deleted" });
  else notFound(response, "quarantined body");
}

function notFound(response: Response, what: string): void {
  sendProblem(response, "not-found", { detail: `there is no ${what} of this id` });
}
