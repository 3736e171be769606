import type { Agent } from "node:http";
import { createProxyMiddleware, type Plugin, type RequestHandler } from "http-proxy-middleware";
import type { VendorRoute } from "./settings.ts";
import { createUpstreamAgent, readableHeaderBytes } from "./upstream.ts";

/** What carries requests to a vendor, with events for what happens on the way. */
export type ProxyServer = Parameters<Plugin>[0];

type Target = Record<"protocol" | "host" | "hostname" | "port" | "pathname", string>;

interface VendorProxy {
  readonly handler: RequestHandler;
  readonly agent: Agent;
}

/** A proxy and a pool of connections for each vendor; they outlive a reload that leaves their vendor as it was. */
export class VendorProxies {
  readonly #plugin: (server: ProxyServer, vendor: VendorRoute) => void;
  readonly #proxies = new Map<string, VendorProxy>();
  readonly #keys = new WeakMap<VendorRoute, string>();

  /** `plugin` is called once a proxy, to listen to it. */
  constructor(plugin: (server: ProxyServer, vendor: VendorRoute) => void) {
    this.#plugin = plugin;
  }

  /** The proxy of a vendor. Those of vendors that are not among `current` any more give up their idle connections. */
  of(vendor: VendorRoute, current: ReadonlyMap<string, VendorRoute>): RequestHandler {
    const key = this.#key(vendor);
    const former = this.#proxies.get(key);
    if (former !== undefined) return former.handler;
    this.#retire(new Set(Array.from(current.values(), (route) => this.#key(route))));
    const agent = createUpstreamAgent(vendor);
    const handler = createProxyMiddleware({
      target: targetOf(vendor.upstream),
      agent,
      changeOrigin: true,
      selfHandleResponse: true,
      ejectPlugins: true,
      // The proxy hands on to `http.request` what stands under this name, for vendors without TLS too.
      ssl: { maxHeaderSize: readableHeaderBytes(vendor) },
      plugins: [(server) => this.#plugin(server, vendor)],
    });
    this.#proxies.set(key, { handler, agent });
    return handler;
  }

  #retire(kept: ReadonlySet<string>): void {
    for (const [key, { agent }] of this.#proxies) {
      if (kept.has(key)) continue;
      this.#proxies.delete(key);
      // What is in flight ends; what is idle, and what becomes idle, is closed.
      agent.maxFreeSockets = 0;
      for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
    }
  }

  /** What a proxy is made from: vendors that agree in it can share one. */
  #key(vendor: VendorRoute): string {
    const known = this.#keys.get(vendor);
    if (known !== undefined) return known;
    const { name, upstream, ca, private: isPrivate, timeouts, limits } = vendor;
    const key = JSON.stringify([name, upstream.href, ca, isPrivate, timeouts, limits.headerBytes]);
    this.#keys.set(vendor, key);
    return key;
  }
}

/**
 * The pieces of an upstream's URL as plain properties: the proxy would parse a text again for each request, and asks a URL
 * for its pieces a dozen times. IPv6 literals and queries it handles only in a URL.
 */
function targetOf(upstream: URL): URL | Target {
  const { protocol, host, hostname, port, pathname, search } = upstream;
  return search !== "" || hostname.startsWith("[") ? upstream : { protocol, host, hostname, port, pathname };
}
