import { createServer } from "node:http";
import express, { type ErrorRequestHandler, type Express, type RequestHandler, Router } from "express";
import { type Listener, listenOn } from "../http/listener.ts";
import { sendProblem } from "../http/respond.ts";
import { requireAccess } from "./access.ts";
import { driftRoutes } from "./drift.ts";
import { incidentRoutes } from "./incidents.ts";
import { inspectResponse } from "./inspect.ts";
import { openApiDocument } from "./openapi.ts";
import type { AdminServices } from "./services.ts";

export interface AdminOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** What every `/v1` request needs; undefined serves loopback only. */
  readonly token: string | undefined;
  readonly services: AdminServices;
  readonly onError: (error: unknown) => void;
}

/** Starts the admin listener: health, metrics and the REST interface. Rejects where it cannot listen. */
export async function startAdmin(options: AdminOptions): Promise<Listener> {
  return await listenOn(createServer(adminApp(options)), options.host, options.port);
}

function adminApp({ services, token, onError }: AdminOptions): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app
    .route("/healthz")
    .get((_request, response) => void response.json({ status: "alive" }))
    .all(methodNotAllowed("GET"));
  app.route("/readyz").get(readiness(services)).all(methodNotAllowed("GET"));
  app
    .route("/metrics")
    .get(async (_request, response) => {
      const { contentType, text } = await services.metrics();
      response.set("Content-Type", contentType).send(text);
    })
    .all(methodNotAllowed("GET"));
  app
    .route("/openapi.json")
    .get((_request, response) => void response.json(openApiDocument()))
    .all(methodNotAllowed("GET"));
  app.use("/v1", requireAccess(token), versionOne(services));
  app.use((_request, response) =>
    sendProblem(response, "not-found", { detail: "what there is, is described at /openapi.json" }),
  );
  app.use(answerFailure(onError));
  return app;
}

function versionOne(services: AdminServices): Router {
  const router = Router();
  router.post("/inspect", inspectResponse(services));
  router.get("/vendors", (_request, response) => void response.json({ vendors: services.vendors() }));
  router.post("/reload", async (_request, response) => {
    const errors = await services.reload();
    if (errors.length === 0) response.json({ status: "reloaded" });
    else sendProblem(response, "invalid-configuration", { detail: "the former configuration goes on serving", errors });
  });
  router.use(incidentRoutes(services.incidents));
  router.use(driftRoutes(services.drift));
  for (const [path, allowed] of Object.entries(METHODS)) router.all(path, methodNotAllowed(allowed));
  return router;
}

const METHODS: Readonly<Record<string, string>> = {
  "/inspect": "POST",
  "/vendors": "GET",
  "/drift": "GET",
  "/reload": "POST",
  "/incidents": "GET",
  "/incidents/:id": "GET",
  "/quarantine/:id": "GET, DELETE",
  "/quarantine/:id/release": "POST",
};

function methodNotAllowed(allowed: string): RequestHandler {
  return (_request, response) => {
    sendProblem(response, "method-not-allowed", { detail: `allowed: ${allowed}` }, [["Allow", allowed]]);
  };
}

function readiness({ health }: AdminServices): RequestHandler {
  return async (_request, response) => {
    const components = await health();
    const ready = components.every(({ state, required }) => state === "up" || !required);
    response
      .status(ready ? 200 : 503)
      .set("Cache-Control", "no-store")
      .json({ status: ready ? "ready" : "not ready", components });
  };
}

function answerFailure(onError: (error: unknown) => void): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    onError(error);
    const status: unknown = error instanceof Error && "status" in error ? error.status : undefined;
    if (status === 400) sendProblem(response, "bad-request", { detail: "the URL cannot be decoded" });
    else sendProblem(response, "internal", { detail: error instanceof Error ? error.message : String(error) });
  };
}
