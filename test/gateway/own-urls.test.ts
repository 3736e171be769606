import { expect, it } from "vitest";
import { send } from "../support/http.ts";
import { startInFrontOf, startVendor } from "../support/vendor.ts";

it("rewriteUrls: body turns the vendor's own URLs in leaves into the gateway's, and no other byte", async () => {
  const body = (base: string): string =>
    `{ "next": "${base}/v1/items?page=2",  "self":"${base}", "other": "https://other.example/x", "text": "see ${base}/v1", "n": 1.0 }`;
  const vendor = await startVendor((_, response) =>
    response.writeHead(200, { "Content-Type": "application/json", ETag: '"v1"' }).end(body(vendor.url)),
  );
  const app = await startInFrontOf(vendor.url, { rewriteUrls: "body" });
  const reply = await send(`${app.gatewayUrl}/acme/v1/items`);
  const own = `${app.gatewayUrl}/acme`;
  expect(reply.body.toString()).toBe(
    `{ "next": "${own}/v1/items?page=2",  "self":"${own}", "other": "https://other.example/x", "text": "see ${vendor.url}/v1", "n": 1.0 }`,
  );
  expect(reply.headers).toMatchObject({ "lazaret-verdict": "pass", "content-length": String(reply.body.length) });
  expect(reply.headers).not.toHaveProperty("etag");
  await app.close();
  const untouched = await startInFrontOf(vendor.url);
  expect((await send(`${untouched.gatewayUrl}/acme/v1/items`)).body.toString()).toBe(body(vendor.url));
  await untouched.close();
  await vendor.close();
});
