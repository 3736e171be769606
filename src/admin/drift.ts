import { type Request, Router } from "express";
import type { DriftQuery, DriftStore } from "../core/drift.ts";
import { sendProblem } from "../http/respond.ts";
import { readLimit } from "./limit.ts";

/** `/v1/drift`. */
export function driftRoutes(store: DriftStore): Router {
  const router = Router();
  router.get("/drift", async (request, response) => {
    const query = readQuery(request);
    if (typeof query === "string") {
      sendProblem(response, "bad-request", { detail: query });
      return;
    }
    try {
      response.json(await store.drift(query));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      sendProblem(response, "bad-request", { detail: error.message });
    }
  });
  return router;
}

function readQuery({ query }: Request): DriftQuery | string {
  const { cursor, vendor, since } = query;
  const limit = readLimit(query["limit"]);
  if (typeof limit === "string") return limit;
  if (since !== undefined && !(typeof since === "string" && /^\d{1,15}$/.test(since)))
    return "since has to be milliseconds since 1970";
  return {
    limit,
    ...(typeof cursor === "string" ? { cursor } : {}),
    ...(typeof vendor === "string" ? { vendor } : {}),
    ...(since === undefined ? {} : { since: Number(since) }),
  };
}
