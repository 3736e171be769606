import { afterAll, beforeAll, expect, it } from "vitest";
import type { Service } from "../../src/service.ts";
import { send } from "../support/http.ts";
import { startInFrontOf, startVendor, type TestVendor } from "../support/vendor.ts";

const TEXT = "0123456789".repeat(10);
let vendor: TestVendor;
let app: Service;
let asked: (string | undefined)[] = [];

beforeAll(async () => {
  vendor = await startVendor((request, response) => {
    asked.push(request.headers.range);
    const hidden = request.url === "/hidden";
    response.writeHead(200, { "Content-Type": "text/plain", ETag: '"v1"', "Accept-Ranges": "bytes" });
    response.end(hidden ? `ab\u202ecd${TEXT}` : TEXT);
  });
  app = await startInFrontOf(vendor.url);
});
afterAll(async () => {
  await app.close();
  await vendor.close();
});

it.each([
  ["bytes=0-3", 206, "0123", "bytes 0-3/100"],
  ["bytes=95-", 206, "56789", "bytes 95-99/100"],
  ["bytes=-2", 206, "89", "bytes 98-99/100"],
  ["bytes=90-500", 206, "0123456789", "bytes 90-99/100"],
  ["bytes=100-", 416, "", "bytes */100"],
  ["bytes=5-3", 200, TEXT, undefined],
  ["bytes=0-1,4-5", 200, TEXT, undefined],
  ["lines=1-2", 200, TEXT, undefined],
])("%s is answered with %i from the inspected whole", async (range, status, body, contentRange) => {
  asked = [];
  const reply = await send(`${app.gatewayUrl}/acme/x`, { headers: { Range: range } });
  expect(asked).toEqual([undefined]);
  expect([reply.status, reply.body.toString(), reply.headers["content-range"]]).toEqual([status, body, contentRange]);
  expect(reply.headers["content-length"]).toBe(String(body.length));
});

it("a range of a sanitized response is a range of what is safe", async () => {
  const reply = await send(`${app.gatewayUrl}/acme/hidden`, { headers: { Range: "bytes=1-4" } });
  expect([reply.status, reply.body.toString()]).toEqual([206, "bcd0"]);
});

it.each([
  ['"v1"', 206],
  ['"v2"', 200],
  ['W/"v1"', 200],
])("If-Range %s gives %i", async (validator, status) => {
  const headers = { Range: "bytes=0-3", "If-Range": validator };
  expect((await send(`${app.gatewayUrl}/acme/x`, { headers })).status).toBe(status);
});

it("a sanitized response has no validator for If-Range", async () => {
  const headers = { Range: "bytes=0-3", "If-Range": '"v1"' };
  expect((await send(`${app.gatewayUrl}/acme/hidden`, { headers })).status).toBe(200);
});
