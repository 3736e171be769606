import { randomBytes } from "node:crypto";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { assert, asyncProperty, constantFrom, nat, uint8Array } from "fast-check";
import { expect, it } from "vitest";
import { CodedStream, UndecodableStream } from "../../src/bodies/coded-stream.ts";
import { talk, startIcap } from "../support/icap-peer.ts";
import { respmod } from "../support/icap-messages.ts";
import { startInFrontOf, startVendor } from "../support/vendor.ts";
import { send } from "../support/http.ts";

const CODINGS = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdCompressSync };
const GARBAGE = Buffer.from("this is no gzip\n\nand more of it");

async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function all(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(chunks));
}

it("decodes however it is chunked", async () => {
  await assert(
    asyncProperty(
      constantFrom("gzip", "deflate", "br", "zstd"),
      uint8Array({ minLength: 1 }),
      nat(20),
      async (coding, bytes, size) => {
        const source = chunked(CODINGS[coding](bytes), size + 1);
        const stream = new CodedStream(source, [["Content-Encoding", coding]], 1e6);
        expect(await all(stream.decoded())).toEqual(Buffer.from(bytes));
      },
    ),
    { numRuns: 200 },
  );
});

it("gives what cannot be decoded as it came, all of it", async () => {
  await assert(
    asyncProperty(uint8Array({ minLength: 1 }), nat(20), async (bytes, size) => {
      const stream = new CodedStream(chunked(bytes, size + 1), [["Content-Encoding", "br"]], 1e6);
      const failed = await all(stream.decoded()).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failed === undefined) return;
      expect(failed).toBeInstanceOf(UndecodableStream);
      expect(await all(stream.asItCame() ?? chunked(Buffer.from("nothing kept"), 1))).toEqual(Buffer.from(bytes));
    }),
    { numRuns: 200 },
  );
});

it("keeps no more of it than it may, and nothing once something was passed on", async () => {
  const kept = async (most: number, begun: boolean): Promise<boolean> => {
    const stream = new CodedStream(chunked(GARBAGE, 5), [["Content-Encoding", "gzip"]], most);
    await expect(all(stream.decoded())).rejects.toBeInstanceOf(UndecodableStream);
    if (begun) stream.begin();
    return stream.asItCame() !== undefined;
  };
  expect([await kept(100, false), await kept(2, false), await kept(100, true)]).toEqual([true, false, false]);
});

it("leaves no listeners behind for each chunk of a long stream", async () => {
  const warnings: Error[] = [];
  const note = (warning: Error): void => void warnings.push(warning);
  process.on("warning", note);
  const bytes = randomBytes(4e6);
  const stream = new CodedStream(chunked(gzipSync(bytes), 65_536), [["Content-Encoding", "gzip"]], 1e6);
  expect(await all(stream.decoded())).toEqual(bytes);
  await new Promise(setImmediate);
  process.off("warning", note);
  expect(warnings).toEqual([]);
});

it("says what the source fails with", async () => {
  const broken = async function* (): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(gzipSync("abc").subarray(0, 8));
    throw new RangeError("gone");
  };
  const stream = new CodedStream(broken(), [["Content-Encoding", "gzip"]], 100);
  await expect(all(stream.decoded())).rejects.toThrow(new RangeError("gone"));
});

it.each(["text/event-stream", "application/x-ndjson"])(
  "a %s stream that cannot be decoded is blocked by the gateway, and passes as it came where policy only watches",
  async (type) => {
    const vendor = await startVendor((_, response) => {
      response.writeHead(200, { "Content-Type": type, "Content-Encoding": "gzip" });
      response.write(GARBAGE.subarray(0, 10));
      setTimeout(() => response.end(GARBAGE.subarray(10)), 50);
    });
    const [enforcing, watching] = await Promise.all([
      startInFrontOf(vendor.url),
      startInFrontOf(vendor.url, {}, { policy: { mode: "monitor" } }),
    ]);
    const blocked = await send(`${enforcing.gatewayUrl}/acme/`);
    expect(blocked.status).toBe(502);
    expect(JSON.parse(blocked.body.toString())).toMatchObject({
      type: "urn:lazaret:blocked",
      findings: [{ category: "encoding", rule: "lazaret/coding/broken", action: "block" }],
    });
    const passed = await send(`${watching.gatewayUrl}/acme/`);
    expect([passed.status, passed.headers["content-encoding"], passed.headers["lazaret-verdict"]]).toEqual([
      200,
      "gzip",
      "pass;would=blocked",
    ]);
    expect(passed.body).toEqual(GARBAGE);
    await Promise.all([enforcing.close(), watching.close()]);
    await vendor.close();
  },
);

it("so it is over ICAP", async () => {
  const head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\n\r\n";
  for (const [mode, expected] of [
    ["enforce", "lazaret/coding/broken"],
    ["monitor", GARBAGE.toString()],
  ]) {
    const service = await startIcap({}, { policy: { mode } });
    const { replies } = await talk(service.port, respmod(GARBAGE.toString(), { responseHead: head }));
    expect([mode, replies[0]?.status, replies[0]?.body]).toEqual([mode, 200, expect.stringContaining(expected ?? "")]);
    await service.close();
  }
});
