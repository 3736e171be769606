import { readdirSync } from "node:fs";
import { connect } from "node:net";
import { expect, it } from "vitest";
import { ConfigError } from "../../src/config/config-error.ts";
import { loadConfigText } from "../../src/config/load.ts";
import { startService } from "../../src/service.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { startVendor, temporaryFolder } from "../support/vendor.ts";

const CLEAN = JSON.stringify({ items: Array.from({ length: 50 }, (_, id) => ({ id, name: `Item ${id}` })) });

function openFiles(): number {
  return readdirSync("/proc/self/fd").length;
}

it("1,000 requests while the configuration is reloaded, rightly and wrongly: each gets its whole answer, nothing leaks", async () => {
  const vendor = await startVendor((_request, response) => {
    response.setHeader("Content-Type", "application/json").end(CLEAN);
  });
  const folder = temporaryFolder();
  let mode = "enforce";
  const service = await startService({
    load: async () =>
      loadConfigText(
        JSON.stringify({
          listen: "127.0.0.1:0",
          admin: { listen: "127.0.0.1:0" },
          state: folder,
          vendors: { acme: { upstream: vendor.url, insecure: true, policy: { mode } } },
        }),
        "test",
        {},
      ),
    log: createLog("silent", "json"),
  });
  const ask = async (): Promise<void> => {
    const response = await fetch(`${service.gatewayUrl}/acme/items`);
    expect([response.status, response.headers.get("lazaret-verdict")]).toEqual([200, "pass"]);
    expect(await response.text()).toBe(CLEAN);
  };
  await Promise.all(Array.from({ length: 32 }, ask));
  const before = openFiles();
  const loaded = new AbortController();
  const reloads = (async () => {
    let refused = 0;
    for (let i = 0; !loaded.signal.aborted || i < 10; i++) {
      mode = i % 2 === 0 ? "nonsense" : "monitor";
      if ((await service.reload()).length > 0) refused++;
    }
    return refused;
  })();
  for (let i = 0; i < 1000; i += 20) await Promise.all(Array.from({ length: 20 }, ask));
  loaded.abort();
  expect(await reloads).toBeGreaterThanOrEqual(5);
  // Clients and vendor live in this process too: their pools may grow by a few connections, not by some with each reload.
  expect(openFiles()).toBeLessThanOrEqual(before + 80);
  await service.close();
  await vendor.close();
});

it("a configuration that is wrong from the start opens nothing", async () => {
  await expect(
    startService({
      load: async () => loadConfigText("listen: nowhere", "x.yaml", {}),
      log: createLog("silent", "json"),
    }),
  ).rejects.toThrow(ConfigError);
});

it("trailers of the vendor are not handed on (RFC 9110, section 6.5.1)", async () => {
  const vendor = await startVendor((_request, response) => {
    response.writeHead(200, { "Content-Type": "application/json", Trailer: "X-Sum", "Transfer-Encoding": "chunked" });
    response.write('{"a":1}');
    response.addTrailers({ "X-Sum": "<script>" });
    response.end();
  });
  const service = await startService({
    load: async () =>
      loadConfigText(
        JSON.stringify({
          listen: "127.0.0.1:0",
          admin: { listen: "127.0.0.1:0" },
          state: temporaryFolder(),
          vendors: { acme: { upstream: vendor.url, insecure: true } },
        }),
        "test",
        {},
      ),
    log: createLog("silent", "json"),
  });
  const { hostname, port } = new URL(service.gatewayUrl);
  const received = await new Promise<string>((resolve) => {
    const socket = connect(Number(port), hostname, () =>
      socket.write("GET /acme/x HTTP/1.1\r\nHost: x\r\nTE: trailers\r\nConnection: close\r\n\r\n"),
    );
    let text = "";
    socket.on("data", (chunk) => (text += chunk.toString()));
    socket.on("close", () => resolve(text));
  });
  expect(received).toContain('\r\n\r\n{"a":1}');
  expect(received.toLowerCase()).not.toMatch(/x-sum|trailer|script/);
  await service.close();
  await vendor.close();
});
