import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { createProxyMiddleware, type RequestHandler } from "http-proxy-middleware";
import { headersFromRaw, type HeaderList, withHeader, withoutHeaders } from "../core/headers.ts";
import type { RecordFormat } from "../core/records.ts";
import type { ProblemKind } from "../core/problem.ts";
import type { Inspector, Verdict } from "../core/verdict.ts";
import { readBody } from "./body.ts";
import { requestFields, responseFields } from "./fields.ts";
import { type GatewayBase, rewriteOwnUrls } from "./own-urls.ts";
import { rawFields, sendProblem, verdictFields } from "./respond.ts";
import { routeRequest, type Routed } from "./routing.ts";
import type { GatewaySnapshot, VendorRoute } from "./settings.ts";
import { RecordBlocked, relayRecords, streamedFormat } from "./stream.ts";
import { createUpstreamAgent, limitTime, UpstreamTimeout } from "./upstream.ts";

export interface GatewayOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** The configuration in force, asked once an exchange. */
  readonly snapshot: () => GatewaySnapshot;
}

/** A reverse gateway that listens. */
export interface Gateway {
  readonly url: string;
  /** Stops accepting, lets exchanges in flight finish for `drainMs`, then ends what is left. */
  close(drainMs: number): Promise<void>;
}

/** Starts the reverse gateway. Rejects where it cannot listen. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const door = new GatewayDoor(options.snapshot);
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.use((request, response) => door.handle(request, response));
  const server = createServer(app);
  server.on("upgrade", (_request, socket) =>
    socket.end("HTTP/1.1 501 Not Implemented\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
  );
  await listen(server, options.host, options.port);
  return { url: urlOf(server), close: async (drainMs) => await closeServer(server, drainMs) };
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
}

function urlOf(server: Server): string {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("the gateway does not listen on a port");
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}

async function closeServer(server: Server, drainMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearTimeout(timer);
}

/** An exchange that is under way: the application's request and where it goes. */
interface Passage extends Routed {
  readonly headers: HeaderList;
  readonly inspector: Inspector;
}

class GatewayDoor {
  readonly #snapshot: () => GatewaySnapshot;
  readonly #proxies = new WeakMap<VendorRoute, RequestHandler>();
  readonly #passages = new WeakMap<IncomingMessage, Passage>();

  constructor(snapshot: () => GatewaySnapshot) {
    this.#snapshot = snapshot;
  }

  /** Routes a request to its vendor's proxy. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    const { inspector, vendors } = this.#snapshot();
    const routed = routeRequest(request.url ?? "/", request.headers.host, vendors);
    if (routed === undefined) {
      sendProblem(response, "unknown-vendor", {
        detail: "the first path segment names the vendor, as in /acme/v1/items",
      });
      return;
    }
    const headers = requestFields(headersFromRaw(request.rawHeaders));
    this.#passages.set(request, { ...routed, headers, inspector });
    const kept = new Set(headers.map(([name]) => name.toLowerCase()));
    for (const name of Object.keys(request.headers)) if (!kept.has(name)) delete request.headers[name];
    request.url = routed.target;
    void this.#proxy(routed.vendor)(request, response, () => {});
  }

  #proxy(vendor: VendorRoute): RequestHandler {
    const former = this.#proxies.get(vendor);
    if (former !== undefined) return former;
    const proxy = createProxyMiddleware({
      target: vendor.upstream.href,
      agent: createUpstreamAgent(vendor),
      changeOrigin: true,
      selfHandleResponse: true,
      ejectPlugins: true,
      plugins: [
        (server) => {
          server.on("proxyReq", (upstream) => limitTime(upstream, vendor));
          server.on("proxyRes", (upstream, request, response) => {
            // The proxy would cut the application off when the vendor's connection breaks; it is to get a problem instead.
            process.nextTick(() => {
              upstream.removeAllListeners("close");
              upstream.removeAllListeners("error");
              void this.#answer(upstream, request, response);
            });
          });
          server.on("error", (error, request, response) => {
            const passage = request === undefined ? undefined : this.#passages.get(request);
            if (passage !== undefined && response !== undefined && "writeHead" in response)
              this.#fail(response, passage, error);
          });
        },
      ],
    });
    this.#proxies.set(vendor, proxy);
    return proxy;
  }

  /** Inspects a vendor's response and answers with what came of it. */
  async #answer(upstream: IncomingMessage, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const passage = this.#passages.get(request);
    if (passage === undefined) return;
    const headers = responseFields(headersFromRaw(upstream.rawHeaders));
    const inspect = async (body: Uint8Array, fields: HeaderList): Promise<Verdict> =>
      await passage.inspector.inspect({
        vendor: passage.vendor.name,
        request: { method: request.method ?? "GET", url: vendorUrl(passage), headers: passage.headers },
        status: upstream.statusCode ?? 0,
        headers: fields,
        body,
      });
    try {
      const format = request.method === "HEAD" ? undefined : streamedFormat(headers);
      if (format === undefined) {
        const { limits, timeouts } = passage.vendor;
        deliver(
          await inspect(await readBody(upstream, limits.body, timeouts.idle), headers),
          passage,
          request,
          response,
        );
      } else {
        await this.#relay(upstream, headers, format, inspect, passage, request, response);
      }
    } catch (error) {
      this.#fail(response, passage, error);
    }
  }

  async #relay(
    upstream: IncomingMessage,
    headers: HeaderList,
    format: RecordFormat,
    inspect: (body: Uint8Array, fields: HeaderList) => Promise<Verdict>,
    passage: Passage,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { limits, timeouts } = passage.vendor;
    await relayRecords(
      {
        upstream,
        headers,
        format,
        longest: limits.body,
        idle: timeouts.idle,
        inspect: async (record, fields, first) =>
          await inspect(record, first ? fields : fields.filter(([name]) => name.toLowerCase() === "content-type")),
        begin: (verdict) => {
          const own = rewriteOwnUrls(verdict.headers, passage.vendor, baseOf(passage, request));
          const framed = withoutHeaders(own, "content-length");
          response.writeHead(verdict.status, rawFields([...framed, ...verdictFields(verdict)]));
          response.flushHeaders();
        },
      },
      response,
    );
  }

  #fail(response: ServerResponse, passage: Passage, error: unknown): void {
    if (response.destroyed) return;
    if (error instanceof RecordBlocked) {
      sendBlocked(error.verdict, passage, response);
      return;
    }
    const kind: ProblemKind = error instanceof UpstreamTimeout ? "upstream-timeout" : "upstream-unreachable";
    const detail = error instanceof Error ? error.message : String(error);
    sendProblem(response, kind, { detail, vendor: passage.vendor.name });
  }
}

function vendorUrl({ vendor, target }: Passage): string {
  return `${vendor.upstream.origin}${vendor.upstream.pathname.replace(/\/$/, "")}${target}`;
}

function baseOf({ prefix }: Passage, request: IncomingMessage): GatewayBase {
  return { origin: `http://${request.headers.host ?? "localhost"}`, prefix };
}

function sendBlocked(verdict: Verdict, { vendor }: Passage, response: ServerResponse): void {
  const { findings, incident } = verdict;
  const blocking = findings.filter(({ action }) => action === "block").length;
  const detail = `${blocking} of ${findings.length} findings block this response`;
  const named = incident === undefined ? {} : { incident };
  sendProblem(response, "blocked", { detail, vendor: vendor.name, findings, ...named }, verdictFields(verdict));
}

function deliver(verdict: Verdict, passage: Passage, request: IncomingMessage, response: ServerResponse): void {
  if (response.destroyed) return;
  if (verdict.verdict === "blocked") {
    sendBlocked(verdict, passage, response);
    return;
  }
  const own = rewriteOwnUrls(verdict.headers, passage.vendor, baseOf(passage, request));
  const empty = request.method === "HEAD" || verdict.status === 204 || verdict.status === 304;
  const framed = empty ? own : withHeader(own, "Content-Length", String(verdict.body.length));
  response.writeHead(verdict.status, rawFields([...framed, ...verdictFields(verdict)]));
  response.end(empty ? undefined : verdict.body);
}
