import { afterAll, beforeAll, expect, it } from "vitest";
import { ConfigError } from "../../src/config/config-error.ts";
import { send } from "../support/http.ts";
import { startInFrontOf, startVendor, type TestVendor } from "../support/vendor.ts";

let vendor: TestVendor;
let seen: NodeJS.Dict<string | string[]>[] = [];
beforeAll(async () => {
  vendor = await startVendor((request, response) => {
    seen.push(request.headers);
    response.end("ok");
  });
});
afterAll(async () => await vendor.close());

it.each([
  [["127.0.0.0/8"], 200],
  [["127.0.0.1"], 200],
  [["10.0.0.0/8", "::1/128"], 403],
])("clients.allow %j answers a client on loopback with %i", async (allow, status) => {
  const app = await startInFrontOf(vendor.url, {}, { clients: { allow } });
  expect((await send(`${app.gatewayUrl}/acme/`)).status).toBe(status);
  await app.close();
});

it("clients.token lets in who sends it, by either field, and the vendor never sees it", async () => {
  const app = await startInFrontOf(vendor.url, {}, { clients: { token: "correct horse" } });
  const url = `${app.gatewayUrl}/acme/`;
  const refused = await send(url);
  expect([refused.status, JSON.parse(refused.body.toString()).type]).toEqual([401, "urn:lazaret:unauthorized"]);
  expect((await send(url, { headers: { "Lazaret-Token": "wrong" } })).status).toBe(401);
  seen = [];
  expect((await send(url, { headers: { "Lazaret-Token": "correct horse" } })).status).toBe(200);
  expect((await send(url, { headers: { "Proxy-Authorization": "Bearer correct horse" } })).status).toBe(200);
  expect(JSON.stringify(seen)).not.toContain("correct horse");
  await app.close();
});

it("a network that is none is an error of the configuration", async () => {
  const starting = startInFrontOf(vendor.url, {}, { clients: { allow: ["10.0.0.0/8", "10.0.0.0/99"] } });
  await expect(starting).rejects.toThrow(ConfigError);
  await expect(starting).rejects.toThrow(/clients\.allow\.1.*expected an address or network such as 10\.0\.0\.0\/8/);
});
