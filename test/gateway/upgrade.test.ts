import { once } from "node:events";
import net from "node:net";
import { expect, it } from "vitest";
import { startInFrontOf, startVendor } from "../support/vendor.ts";

const REQUEST =
  "GET /acme/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nLazaret-Token: t\r\n\r\n";

async function talk(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = net.connect(Number(port), hostname, () => socket.write(REQUEST));
  let received = "";
  socket.on("data", (chunk: Buffer) => {
    received += chunk.toString();
    if (received.includes("hello")) socket.end("bye");
  });
  await once(socket, "close");
  return received;
}

it("an upgrade is refused with a problem, and let through where the vendor allows it", async () => {
  const vendor = await startVendor(() => {});
  let fields = {};
  const got = new Promise<string>((resolve) =>
    vendor.server.on("upgrade", (request, socket) => {
      fields = request.headers;
      socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello");
      socket.once("data", (chunk: Buffer) => {
        resolve(`${request.url} ${chunk.toString()}`);
        socket.end();
      });
    }),
  );
  const closed = await startInFrontOf(vendor.url);
  const refused = await talk(closed.gatewayUrl);
  expect(refused).toMatch(/^HTTP\/1\.1 501 .*urn:lazaret:upgrade-refused/s);
  await closed.close();
  const open = await startInFrontOf(vendor.url, { upgrade: true });
  expect(await talk(open.gatewayUrl)).toMatch(/^HTTP\/1\.1 101 .*hello$/s);
  expect(await got).toBe("/ws bye");
  expect(fields).toMatchObject({ upgrade: "websocket" });
  expect(fields).not.toHaveProperty("lazaret-token");
  await open.close();
  await vendor.close();
});
