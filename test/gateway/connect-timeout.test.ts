import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { expect, it } from "vitest";
import { jsonOf } from "../support/http.ts";
import { startInFrontOf } from "../support/vendor.ts";

/** Listens with the shortest line of connections that wait, and says on which port. */
const VENDOR = `
  const server = require("node:net").createServer();
  server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => console.log(server.address().port));
`;

it("a vendor that takes no connection is given up after timeouts.connect, not after timeouts.response", async () => {
  const vendor = spawn(process.execPath, ["-e", VENDOR], { stdio: ["ignore", "pipe", "inherit"] });
  const [port] = await once(vendor.stdout, "data");
  vendor.kill("SIGSTOP");
  // The kernel takes a few connections for a process that accepts none, then it lets them hang.
  const waiting = Array.from({ length: 8 }, () => connect(Number(port), "127.0.0.1").on("error", () => {}));
  const service = await startInFrontOf(`http://127.0.0.1:${Number(port)}`, {
    policy: { timeouts: { connect: "500ms", response: "20s" } },
  });
  const began = performance.now();
  const response = await fetch(`${service.gatewayUrl}/acme/`);
  expect([response.status, await jsonOf<object>(response)]).toMatchObject([
    504,
    { type: "urn:lazaret:upstream-timeout", detail: "no connection within 500 ms" },
  ]);
  expect(performance.now() - began).toBeLessThan(10_000);
  for (const socket of waiting) socket.destroy();
  vendor.kill("SIGKILL");
  await service.close();
});
