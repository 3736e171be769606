import type { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { RequestHandler } from "http-proxy-middleware";
import { RecordBlocked, type RecordRelay, streamedFormat } from "../bodies/record-relay.ts";
import type { Defect } from "../core/exchange.ts";
import { headersFromRaw, type HeaderList } from "../core/headers.ts";
import type { ProblemKind } from "../core/problem.ts";
import type { RecordFormat } from "../core/records.ts";
import type { Verdict } from "../core/verdict.ts";
import { type Admission, Overloaded } from "../bodies/admission.ts";
import { receiveBody } from "./body.ts";
import { deliverUninspected } from "./deliver-uninspected.ts";
import { refuseClient } from "./clients.ts";
import { beginStream, deliver, sendBlocked } from "./deliver.ts";
import { onlyFields, RANGE_FIELDS, requestFields, responseFields } from "./fields.ts";
import { bodyOwnUrls, type Passage, vendorUrl } from "./passage.ts";
import { ContentTooLarge, limitRequest } from "./request-limit.ts";
import { NOTHING_HANDED_ON, refuseConnection, sendProblem } from "../http/respond.ts";
import { routeRequest } from "./routing.ts";
import type { GatewaySnapshot, VendorRoute } from "./settings.ts";
import { SpoolFailed } from "../bodies/spool.ts";
import { relayVendorStream } from "./stream.ts";
import { HEADER_OVERFLOW, isHeaderOverflow, limitTime, UpstreamTimeout } from "./upstream.ts";
import { type ProxyServer, VendorProxies } from "./vendor-proxies.ts";

/** An exchange that has ended, for metrics and logs. */
export interface EndedExchange {
  readonly vendor: string;
  readonly status: number;
  readonly seconds: number;
}

export interface DoorOptions {
  /** The configuration in force, asked once an exchange. */
  readonly snapshot: () => GatewaySnapshot;
  /** Folder for bodies that are too large to keep in memory while they arrive. */
  readonly spool: string;
  /** Lets bodies into memory for their inspection, of all doors together. */
  readonly admission: Admission;
  readonly onExchange?: ((ended: EndedExchange) => void) | undefined;
  /** Told the time to the first header of a vendor's response, in seconds. */
  readonly onUpstream?: ((vendor: string, seconds: number) => void) | undefined;
}

/** Takes requests to their vendors, and their responses through the inspection. */
export class GatewayDoor {
  readonly #options: DoorOptions;
  readonly #proxies = new VendorProxies((server, vendor) => this.#plugin(server, vendor));
  readonly #passages = new WeakMap<IncomingMessage, Passage>();

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /** Answers a request: from its vendor, or with a problem. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    const passage = this.#enter(request);
    if (typeof passage === "string") {
      sendProblem(response, passage, { detail: REFUSALS[passage] }, NOTHING_HANDED_ON);
      return;
    }
    this.#observe(passage, response);
    try {
      limitRequest(request, passage.vendor.limits.body, () =>
        this.#fail(response, passage, new ContentTooLarge(passage.vendor.limits.body)),
      );
    } catch (error) {
      this.#fail(response, passage, error);
      return;
    }
    void this.#proxy(passage.vendor)(request, response, () => {});
  }

  /** Joins an application and a vendor that allows upgrades; any other is refused. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { connection, upgrade } = request.headers;
    const passage = this.#enter(request);
    if (typeof passage === "string") {
      refuseConnection(socket, passage, REFUSALS[passage]);
    } else if (!passage.vendor.upgrade || !(socket instanceof Socket)) {
      refuseConnection(socket, "upgrade-refused", "the vendor's configuration does not say `upgrade: true`");
    } else {
      if (connection !== undefined) request.headers.connection = connection;
      if (upgrade !== undefined) request.headers.upgrade = upgrade;
      this.#proxy(passage.vendor).upgrade(request, socket, head);
    }
  }

  /** Routes a request and leaves on it only what goes to the vendor, or says why it may not go on. */
  #enter(request: IncomingMessage): Passage | keyof typeof REFUSALS {
    const { inspector, vendors, clients } = this.#options.snapshot();
    const refusal = refuseClient(request, clients);
    if (refusal === "forbidden" || refusal === "unauthorized") return refusal;
    const routed = routeRequest(request.url ?? "/", request.headers.host, vendors);
    if (routed === undefined) return "unknown-vendor";
    const all = headersFromRaw(request.rawHeaders);
    const headers = requestFields(all);
    const passage: Passage = {
      ...routed,
      method: request.method ?? "GET",
      headers,
      range: RANGE_FIELDS.some((name) => request.headers[name] !== undefined)
        ? all.filter(([name]) => RANGE_FIELDS.includes(name.toLowerCase()))
        : [],
      base: { origin: `http://${request.headers.host ?? "localhost"}`, prefix: routed.prefix },
      inspector,
      began: performance.now(),
    };
    this.#passages.set(request, passage);
    request.headers = onlyFields(request.headers, headers);
    request.url = routed.target;
    return passage;
  }

  #observe({ vendor, began }: Passage, response: ServerResponse): void {
    const { onExchange } = this.#options;
    if (onExchange === undefined) return;
    response.on("close", () =>
      onExchange({ vendor: vendor.name, status: response.statusCode, seconds: (performance.now() - began) / 1000 }),
    );
  }

  #proxy(vendor: VendorRoute): RequestHandler {
    return this.#proxies.of(vendor, this.#options.snapshot().vendors);
  }

  #plugin(server: ProxyServer, vendor: VendorRoute): void {
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
      if (passage === undefined || response === undefined || !("writeHead" in response)) return;
      if (isHeaderOverflow(error)) void this.#blockHeaderSection(error, passage, response);
      else this.#fail(response, passage, error);
    });
  }

  /** Inspects a vendor's response and answers with what came of it. */
  async #answer(upstream: IncomingMessage, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const passage = this.#passages.get(request);
    if (passage === undefined) return;
    this.#options.onUpstream?.(passage.vendor.name, (performance.now() - passage.began) / 1000);
    response.on("close", () => upstream.destroy());
    const headers = responseFields(headersFromRaw(upstream.rawHeaders));
    const inspect = async (body: Uint8Array, fields: HeaderList, defect?: Defect): Promise<Verdict> =>
      await this.#inspect(passage, upstream.statusCode ?? 0, fields, body, defect);
    try {
      const format = passage.method === "HEAD" ? undefined : streamedFormat(headers);
      if (format === undefined) await this.#whole(upstream, headers, inspect, passage, response);
      else await this.#records(upstream, headers, format, inspect, passage, response);
    } catch (error) {
      this.#fail(response, passage, error);
    }
  }

  /** A header section that is too long to be read is a finding like one that is longer than allowed. */
  async #blockHeaderSection(error: unknown, passage: Passage, response: ServerResponse): Promise<void> {
    try {
      const verdict = await this.#inspect(passage, 502, [], new Uint8Array(), HEADER_OVERFLOW);
      if (verdict.verdict === "blocked") deliver(verdict, passage, response);
      else this.#fail(response, passage, error);
    } catch (failure) {
      this.#fail(response, passage, failure);
    }
  }

  async #inspect(
    passage: Passage,
    status: number,
    headers: HeaderList,
    body: Uint8Array,
    defect: Defect | undefined,
  ): Promise<Verdict> {
    const ownUrls = bodyOwnUrls(passage);
    return await passage.inspector.inspect({
      vendor: passage.vendor.name,
      request: { method: passage.method, url: vendorUrl(passage), headers: passage.headers },
      status,
      headers,
      body,
      ...(ownUrls === undefined ? {} : { ownUrls }),
      ...(defect === undefined ? {} : { defect }),
    });
  }

  async #whole(
    upstream: IncomingMessage,
    headers: HeaderList,
    inspect: (body: Uint8Array, fields: HeaderList) => Promise<Verdict>,
    passage: Passage,
    response: ServerResponse,
  ): Promise<void> {
    const { limits, timeouts } = passage.vendor;
    const { spool } = this.#options;
    const { body, isWhole } = await receiveBody(upstream, { longest: limits.body, idle: timeouts.idle, spool });
    try {
      // Waiting for what is there already would cost a turn of the queue each time.
      const entered = this.#options.admission.enter(body.length);
      const leave = entered instanceof Promise ? await entered : entered;
      try {
        const bytes = body.bytes(isWhole ? limits.body : limits.body + 1);
        const verdict = await inspect(bytes instanceof Promise ? await bytes : bytes, headers);
        if (isWhole) deliver(verdict, passage, response);
        else await deliverUninspected(verdict, { body, rest: upstream, idle: timeouts.idle }, passage, response);
      } finally {
        leave();
      }
    } finally {
      if (body.spooled) await body.dispose();
    }
  }

  async #records(
    upstream: IncomingMessage,
    headers: HeaderList,
    format: RecordFormat,
    inspect: RecordRelay["inspect"],
    passage: Passage,
    response: ServerResponse,
  ): Promise<void> {
    const { limits, timeouts } = passage.vendor;
    await relayVendorStream(
      {
        upstream,
        headers,
        format,
        longest: limits.body,
        idle: timeouts.idle,
        inspect,
        begin: (verdict) => beginStream(verdict, passage, response),
      },
      response,
    );
  }

  #fail(response: ServerResponse, passage: Passage, error: unknown): void {
    if (response.destroyed || response.writableEnded) return;
    if (error instanceof RecordBlocked) sendBlocked(error.verdict, passage, response);
    else {
      const detail = error instanceof Error ? error.message : String(error);
      sendProblem(response, problemOf(error), { detail, vendor: passage.vendor.name }, NOTHING_HANDED_ON);
    }
  }
}

const REFUSALS = {
  "unknown-vendor": "the first path segment names the vendor, as in /acme/v1/items",
  forbidden: "this address is not among those that clients.allow names",
  unauthorized: "send the token of clients.token in a Lazaret-Token field",
} as const satisfies Partial<Record<ProblemKind, string>>;

function problemOf(error: unknown): ProblemKind {
  if (error instanceof UpstreamTimeout) return "upstream-timeout";
  if (error instanceof Overloaded || error instanceof SpoolFailed) return "overloaded";
  if (error instanceof ContentTooLarge) return "content-too-large";
  return "upstream-unreachable";
}
