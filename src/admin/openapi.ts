import { DIFFERENCE_KINDS } from "../core/difference.ts";

const PROBLEM = { $ref: "#/components/responses/Problem" } as const;
const ID = { name: "id", in: "path", required: true, schema: { type: "string", format: "uuid" } } as const;

function json(description: string, schema: object): object {
  return { description, content: { "application/json": { schema } } };
}

function operation(summary: string, responses: object, more: object = {}): object {
  return { summary, ...more, responses: { ...responses, default: PROBLEM } };
}

function requestHeader(name: string, description: string): object {
  return { name, in: "header", description, schema: { type: "string" } };
}

function queryParameter(name: string, description: string, schema: object): object {
  return { name, in: "query", description, schema };
}

const PATHS = {
  "/healthz": {
    get: operation("Whether the process is alive", { 200: json("alive", { type: "object" }) }, { security: [] }),
  },
  "/readyz": {
    get: operation(
      "Whether rules are loaded and required engines can be reached",
      { 200: json("ready", { type: "object" }), 503: json("not ready", { type: "object" }) },
      { security: [] },
    ),
  },
  "/metrics": {
    get: operation(
      "Metrics in Prometheus' text format",
      { 200: { description: "metrics", content: { "text/plain": { schema: { type: "string" } } } } },
      { security: [] },
    ),
  },
  "/openapi.json": {
    get: operation("This document", { 200: json("OpenAPI 3.1", { type: "object" }) }, { security: [] }),
  },
  "/v1/inspect": {
    post: operation(
      "Inspects a response: the request's body is the response's",
      {
        200: {
          description:
            "The verdict where application/json is accepted, else the body that is safe, with the verdict headers",
          content: { "application/json": { schema: { $ref: "#/components/schemas/Verdict" } }, "*/*": {} },
        },
        502: PROBLEM,
      },
      {
        parameters: [
          requestHeader("Lazaret-Vendor", "vendor whose policy applies"),
          requestHeader("Lazaret-Url", "URL of the request that was answered"),
          requestHeader("Lazaret-Method", "method of that request; GET where it is left out"),
          requestHeader("Lazaret-Status", "the response's status; 200 where it is left out"),
        ],
        requestBody: { content: { "*/*": {} } },
      },
    ),
  },
  "/v1/incidents": {
    get: operation(
      "Incidents, newest first",
      {
        200: json("one page", {
          type: "object",
          required: ["incidents"],
          properties: {
            incidents: { type: "array", items: { $ref: "#/components/schemas/Incident" } },
            next: { type: "string", description: "cursor of the next page; absent on the last" },
          },
        }),
      },
      {
        parameters: [
          queryParameter("limit", "most on a page", { type: "integer", minimum: 1, maximum: 1000, default: 50 }),
          queryParameter("cursor", "next of the page before", { type: "string" }),
          queryParameter("vendor", "only this vendor's", { type: "string" }),
          queryParameter("verdict", "only with this verdict", { enum: ["pass", "sanitized", "blocked"] }),
        ],
      },
    ),
  },
  "/v1/incidents/{id}": {
    parameters: [ID],
    get: operation("One incident", { 200: json("the incident", { $ref: "#/components/schemas/Incident" }) }),
  },
  "/v1/quarantine/{id}": {
    parameters: [ID],
    get: operation("The original bytes of an incident", {
      200: { description: "an attachment", content: { "application/octet-stream": {} } },
    }),
    delete: operation("Deletes the original bytes", { 204: { description: "deleted" } }),
  },
  "/v1/quarantine/{id}/release": {
    parameters: [ID],
    post: operation("Marks the original as wrongly held; it stays available", {
      200: json("the incident", { $ref: "#/components/schemas/Incident" }),
    }),
  },
  "/v1/vendors": { get: operation("The configured vendors", { 200: json("vendors", { type: "object" }) }) },
  "/v1/drift": {
    get: operation(
      "How responses differ from what is declared of them, since when and how often",
      {
        200: json("one page", {
          type: "object",
          required: ["drift"],
          properties: {
            drift: { type: "array", items: { $ref: "#/components/schemas/Drift" } },
            next: { type: "string", description: "cursor of the next page; absent on the last" },
          },
        }),
      },
      {
        parameters: [
          queryParameter("limit", "most on a page", { type: "integer", minimum: 1, maximum: 1000, default: 50 }),
          queryParameter("cursor", "next of the page before", { type: "string" }),
          queryParameter("vendor", "only this vendor's", { type: "string" }),
          queryParameter("since", "only what was seen from then on, in milliseconds since 1970", { type: "integer" }),
        ],
      },
    ),
  },
  "/v1/reload": {
    post: operation("Reads the configuration again", { 200: json("reloaded", { type: "object" }), 422: PROBLEM }),
  },
} as const;

const FINDING = {
  type: "object",
  required: ["stage", "category", "rule", "severity", "message", "location", "evidence", "action"],
  properties: {
    stage: { type: "string" },
    category: { type: "string" },
    rule: { type: "string" },
    severity: { enum: ["low", "medium", "high", "critical"] },
    message: { type: "string" },
    location: { type: "object", properties: { part: { type: "string" }, path: { type: "string" } } },
    evidence: { type: "string", description: "escaped, at most 64 characters" },
    action: { enum: ["report", "sanitize", "block"] },
    difference: {
      type: "object",
      description: "for category schema: what differs, and from what",
      required: ["kind", "schema"],
      properties: {
        kind: { enum: DIFFERENCE_KINDS },
        route: { type: "string", description: "as declared, such as GET /items/{id}" },
        schema: { type: "string", description: "file and JSON Pointer" },
      },
    },
  },
} as const;

const DRIFT = {
  type: "object",
  required: ["vendor", "route", "kind", "path", "schema", "message", "breaking", "count", "first", "last", "example"],
  properties: {
    vendor: { type: "string" },
    route: { type: "string", description: "as declared, such as GET /items/{id}" },
    kind: { enum: DIFFERENCE_KINDS },
    path: { type: "string", description: "JSONPath, [*] for indexes and for names that are data" },
    schema: { type: "string", description: "file and JSON Pointer" },
    message: { type: "string" },
    breaking: { type: "boolean", description: "whether an application can fail over it" },
    count: { type: "integer", description: "in how many responses" },
    first: { type: "integer", description: "milliseconds since 1970" },
    last: { type: "integer", description: "milliseconds since 1970" },
    example: { type: "string", description: "what was there the first time, letters and digits masked" },
  },
} as const;

const VERDICT = { enum: ["pass", "sanitized", "blocked"] } as const;
const FINDINGS = { type: "array", items: { $ref: "#/components/schemas/Finding" } } as const;

/** The admin listener's interface (OpenAPI 3.1). */
export function openApiDocument(): object {
  return {
    openapi: "3.1.0",
    info: { title: "Lazaret admin listener", version: "1", license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    security: [{ token: [] }, {}],
    paths: PATHS,
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
      responses: {
        Problem: {
          description: "RFC 9457",
          content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
        },
      },
      schemas: {
        Finding: FINDING,
        Drift: DRIFT,
        Verdict: {
          type: "object",
          required: ["verdict", "findings", "elapsedMs"],
          properties: {
            verdict: VERDICT,
            would: { enum: ["sanitized", "blocked"] },
            findings: FINDINGS,
            body: { type: "string", description: "where it was sanitized and is text" },
            bodyBase64: { type: "string", description: "where it was sanitized and is not text" },
            incident: { type: "string", format: "uuid" },
            elapsedMs: { type: "number" },
          },
        },
        Incident: {
          type: "object",
          required: ["id", "at", "door", "request", "status", "verdict", "findings", "changes"],
          properties: {
            id: { type: "string", format: "uuid" },
            at: { type: "integer", description: "milliseconds since 1970" },
            door: { type: "string" },
            vendor: { type: "string" },
            request: { type: "object", properties: { method: { type: "string" }, url: { type: "string" } } },
            status: { type: "integer" },
            verdict: VERDICT,
            would: { enum: ["sanitized", "blocked"] },
            findings: FINDINGS,
            changes: { type: "array", items: { type: "object" } },
            quarantine: {
              type: "object",
              properties: {
                state: { enum: ["held", "released", "gone"] },
                bytes: { type: "integer" },
                sha256: { type: "string" },
                contentType: { type: "string" },
              },
            },
          },
        },
        Problem: {
          type: "object",
          required: ["type", "title", "status"],
          properties: {
            type: { type: "string", format: "uri" },
            title: { type: "string" },
            status: { type: "integer" },
            detail: { type: "string" },
            instance: { type: "string" },
            vendor: { type: "string" },
            findings: FINDINGS,
            errors: { type: "array", items: { type: "object" } },
          },
        },
      },
    },
  };
}
