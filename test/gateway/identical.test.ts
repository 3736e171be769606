import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { Agent, request } from "undici";
import { expect, it } from "vitest";
import { benignCorpus } from "../support/corpus.ts";
import { startInFrontOf, startVendor } from "../support/vendor.ts";

const corpus = benignCorpus();

/** Every third body comes plain, every third in gzip, every third in brotli. */
function encode(body: string, i: number): { bytes: Buffer; coding: string | undefined } {
  const bytes = Buffer.from(body);
  if (i % 3 === 1) return { bytes: gzipSync(bytes, { level: 1 }), coding: "gzip" };
  if (i % 3 === 2)
    return { bytes: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }), coding: "br" };
  return { bytes, coding: undefined };
}

it.skipIf(corpus === undefined)(
  "every real response that passes comes through the gateway byte for byte, and hardly any does not pass",
  async () => {
    const bodies = corpus ?? [];
    const vendor = await startVendor((incoming, response) => {
      const i = Number(incoming.url?.slice(1));
      const { bytes, coding } = encode(bodies[i]?.body ?? "", i);
      const fields = coding === undefined ? {} : { "Content-Encoding": coding };
      response.writeHead(200, { "Content-Type": "application/json", ...fields }).end(bytes);
    });
    const app = await startInFrontOf(vendor.url);
    const dispatcher = new Agent({ connections: 8 });
    let changed = 0;
    const check = async (i: number): Promise<void> => {
      const reply = await request(`${app.gatewayUrl}/acme/${i}`, { dispatcher });
      const body = Buffer.from(await reply.body.arrayBuffer());
      if (reply.headers["lazaret-verdict"] !== "pass") {
        changed++;
        return;
      }
      const sent = encode(bodies[i]?.body ?? "", i);
      expect(body.equals(sent.bytes), bodies[i]?.id).toBe(true);
      expect(reply.headers["content-encoding"]).toBe(sent.coding);
    };
    for (let i = 0; i < bodies.length; i += 8)
      await Promise.all(bodies.slice(i, i + 8).map(async (_, offset) => await check(i + offset)));
    expect(changed / bodies.length).toBeLessThan(0.02);
    await dispatcher.close();
    await app.close();
    await vendor.close();
  },
  300_000,
);
