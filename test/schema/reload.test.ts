import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { send } from "../support/http.ts";
import { folderOf } from "../support/schema-check.ts";
import { startInFrontOf, startVendor } from "../support/vendor.ts";

function documentOf(type: string): string {
  const responses = { 200: { description: "", content: { "application/json": { schema: { type } } } } };
  return JSON.stringify({
    openapi: "3.1.0",
    info: { title: "t", version: "1" },
    paths: { "/x": { get: { responses } } },
  });
}

it("a document that is edited while responses flow takes effect and loses none; a broken one is refused and the old one stays", async () => {
  const vendor = await startVendor((_request, response) => {
    response.writeHead(200, { "Content-Type": "application/json" }).end("{}");
  });
  const folder = folderOf({ "openapi.json": documentOf("object") });
  const file = join(folder, "openapi.json");
  const service = await startInFrontOf(vendor.url, { schemas: file });
  const statusNow = async (): Promise<number> => (await send(`${service.gatewayUrl}/acme/x`)).status;
  expect(await statusNow()).toBe(200);

  const flowing = new AbortController();
  const statuses: number[] = [];
  const traffic = (async () => {
    while (!flowing.signal.aborted) statuses.push(await statusNow());
  })();
  writeFileSync(file, documentOf("array"));
  expect(await service.reload()).toEqual([]);
  expect(await statusNow()).toBe(502);
  writeFileSync(file, documentOf("lost"));
  const problems = await service.reload();
  expect(problems.map(({ message }) => message).join("\n")).toContain('schema/type: "lost" is not one of');
  expect(await statusNow()).toBe(502);
  writeFileSync(file, "{");
  expect(await service.reload()).toHaveLength(1);
  writeFileSync(file, documentOf("object"));
  expect(await service.reload()).toEqual([]);
  expect(await statusNow()).toBe(200);
  flowing.abort();
  await traffic;
  expect(statuses.length).toBeGreaterThan(3);
  expect(statuses.filter((status) => status !== 200 && status !== 502)).toEqual([]);
  await service.close();
  await vendor.close();
}, 60_000);
