import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Incident } from "../../src/core/incident.ts";
import type { Service } from "../../src/service.ts";
import { EICAR } from "../support/clamd.ts";
import { jsonOf, type Reply, send } from "../support/http.ts";
import { startInFrontOf, startVendor, type TestVendor } from "../support/vendor.ts";

const IMAGE = await sharp({ create: { width: 2, height: 2, channels: 3, background: "red" } })
  .withExif({ IFD0: { Copyright: "x" } })
  .jpeg()
  .toBuffer();

let vendor: TestVendor;
let app: Service;
let type = "image/jpeg";
let body = IMAGE;

beforeAll(async () => {
  vendor = await startVendor((_, response) => {
    response.writeHead(200, { "Content-Type": type }).end(body);
  });
  const policy = { disarm: { image: "quarantine" }, antivirus: { engines: ["yara"] } };
  app = await startInFrontOf(vendor.url, {}, { policy });
});

afterAll(async () => {
  await app.close();
  await vendor.close();
});

const ask = async (): Promise<Reply> => await send(`${app.gatewayUrl}/acme/picture`);
const quarantine = async (id: string, path: string, method: string): Promise<Response> =>
  await fetch(`${app.adminUrl}/v1/quarantine/${id}${path}`, { method });

it("a file in quarantine is held until it is released, and then the same response passes", async () => {
  const held = await ask();
  const id = String(held.headers["lazaret-incident"]);
  expect([held.status, held.headers["lazaret-verdict"]]).toEqual([502, "blocked"]);
  const incident = await jsonOf<Incident>(await fetch(`${app.adminUrl}/v1/incidents/${id}`));
  expect(incident).toMatchObject({
    findings: [{ rule: "lazaret/disarm/quarantine", message: "policy.disarm.image holds for review image/jpeg" }],
    quarantine: { state: "held", bytes: IMAGE.length },
  });
  expect((await ask()).status).toBe(502);
  expect((await quarantine(id, "/release", "POST")).status).toBe(200);
  const released = await ask();
  expect([released.status, released.headers["lazaret-verdict"]]).toEqual([200, "pass"]);
  expect(released.body.equals(IMAGE)).toBe(true);
  expect(released.headers["lazaret-findings"]).toBe("1");

  type = "image/png";
  expect((await ask()).status).toBe(502);
  type = "image/jpeg";
  body = Buffer.concat([IMAGE, Buffer.of(0)]);
  expect((await ask()).status).toBe(502);
  body = IMAGE;
  expect((await quarantine(id, "", "DELETE")).status).toBe(204);
  expect((await ask()).status).toBe(502);
});

it("what something else is found in stays blocked", async () => {
  body = Buffer.concat([IMAGE, Buffer.from(EICAR)]);
  const held = await ask();
  expect((await quarantine(String(held.headers["lazaret-incident"]), "/release", "POST")).status).toBe(200);
  const again = await ask();
  expect([again.status, JSON.parse(again.body.toString()).findings]).toMatchObject([
    502,
    expect.arrayContaining([expect.objectContaining({ category: "malware" })]),
  ]);
});
