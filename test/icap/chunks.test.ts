import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chunkOf, responseHead, respmod, reqmod } from "../support/icap-messages.ts";
import { startIcap, talk } from "../support/icap-peer.ts";

const CLEAN = '{"ok":true}';
const HEAD = responseHead(CLEAN.length);

/** Requirements 27 to 37 of `docs/icap-conformance.md`: bodies and what describes them. */
describe("ICAP bodies", () => {
  let service: Awaited<ReturnType<typeof startIcap>>;
  let port = 0;
  beforeAll(async () => {
    service = await startIcap({ timeouts: { body: "500ms" } });
    port = service.port;
  });
  afterAll(async () => await service.close());

  const first = async (bytes: string | readonly (string | number)[]) => (await talk(port, bytes)).replies[0];
  /** The body in chunks as written out. */
  const written = (chunks: string, responseHeadOf = HEAD): string =>
    respmod("", { end: chunks, responseHead: responseHeadOf });

  it.each([
    "zz\r\n",
    "-1\r\n",
    "+5\r\n",
    "0x10\r\n",
    " 5\r\n",
    "ffffffffffffffff\r\n",
    "ffffffff\r\n",
    "000000005\r\n",
    "\r\n",
    "5 5\r\n",
  ])("27: a chunk's size of %j is 400", async (line) => {
    const { replies, closed } = await talk(port, written(line), { close: true });
    expect([replies.map(({ status }) => status), closed]).toEqual([[400], true]);
  });

  it("28: ieof is known in every spelling, on the last chunk of a preview and nowhere else", async () => {
    const bytes = (last: string, fields = "Preview: 100\r\n"): string =>
      respmod("", { fields, end: `${chunkOf(CLEAN)}${last}`, responseHead: HEAD });
    for (const last of [
      "0;ieof\r\n\r\n",
      "0; ieof\r\n\r\n",
      "0 ;ieof\r\n\r\n",
      "0; IEOF\r\n\r\n",
      "0 ; a=b; ieof\r\n\r\n",
    ])
      expect([last, (await first(bytes(last)))?.status]).toEqual([last, 204]);
    expect((await first(bytes("0; ieof\r\n\r\n", "")))?.status).toBe(400);
    expect(
      (await first(respmod("", { fields: "Preview: 100\r\n", end: "5; ieof\r\nhello\r\n0\r\n\r\n" })))?.status,
    ).toBe(400);
  });

  it("29: unknown chunk extensions are taken, up to a length", async () => {
    expect((await first(written(`b;foo=bar\r\n${CLEAN}\r\n0\r\n\r\n`)))?.status).toBe(204);
    expect((await first(written(`b;${"a".repeat(300)}\r\n${CLEAN}\r\n0\r\n\r\n`)))?.status).toBe(400);
  });

  it("30: trailers are read and dropped, up to a length", async () => {
    const trailer = (length: number): string =>
      `${chunkOf(CLEAN)}0\r\nX-T: ${"1".repeat(length)}\r\nContent-Length: 3\r\n\r\n`;
    const reply = await first(respmod("", { allow: "", end: trailer(5), responseHead: HEAD }));
    expect([reply?.status, reply?.body]).toEqual([200, CLEAN]);
    expect([reply?.http.includes("X-T"), reply?.last]).toEqual([false, "0"]);
    expect((await first(written(trailer(9000))))?.status).toBe(400);
  });

  it("31: a chunk has to end where its size says", async () => {
    expect((await first(written("5\r\nhelloXX0\r\n\r\n")))?.status).toBe(400);
    expect((await first(written("5\r\nhello\n\n0\r\n\r\n")))?.status).toBe(400);
  });

  it("32: a body without its last CRLF is waited for, then 408", async () => {
    const { replies, closed } = await talk(
      port,
      [respmod("x".repeat(30), { preview: 10 }), 50, `${chunkOf("x".repeat(20))}0\r\n`],
      { close: true },
    );
    expect([replies.map(({ status }) => status), closed]).toEqual([[100, 408], true]);
  });

  it("32: a body without its last CRLF is whole where the configuration is lenient, and the connection goes on", async () => {
    const lenient = await startIcap({ conformance: "lenient", timeouts: { body: "500ms" } });
    const { replies } = await talk(
      lenient.port,
      [
        respmod("x".repeat(30), { preview: 10, type: "text/plain" }),
        50,
        `${chunkOf("x".repeat(20))}0\r\n`,
        400,
        // What was waited for comes all the same, before the next request.
        `\r\n${respmod(CLEAN)}`,
      ],
      { replies: 3 },
    );
    expect(replies.map(({ status }) => status)).toEqual([100, 204, 204]);
    // Without `100 Continue`, and in the middle of a chunk, nothing is forgiven.
    for (const steps of [
      [respmod("x".repeat(30), { end: "0\r\n", type: "text/plain" })],
      [respmod("x".repeat(30), { preview: 10, type: "text/plain" }), 50, "14\r\nxxx"],
    ])
      expect((await talk(lenient.port, steps, { close: true })).replies.at(-1)?.status).toBe(408);
    await lenient.close();
  });

  it("33: a second last chunk is no request where the connection closes anyway", async () => {
    const { replies, closed } = await talk(port, `${reqmod("{}", { fields: "Connection: close\r\n" })}0\r\n\r\n`, {
      close: true,
    });
    expect([replies.map(({ status }) => status), closed]).toEqual([[204], true]);
  });

  it("34: a body that is shorter or longer than its Content-Length is never clean", async () => {
    for (const length of [CLEAN.length - 1, CLEAN.length + 1, 100_000]) {
      const reply = await first(respmod(CLEAN, { responseHead: responseHead(length) }));
      expect([reply?.status, reply?.http.split("\r\n")[0]]).toEqual([200, "HTTP/1.1 403 Forbidden"]);
      expect(reply?.body).toContain("lazaret/truncated");
    }
  });

  it("35: the same Content-Length twice is one, two different ones block", async () => {
    const twice = (other: number): string =>
      `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${CLEAN.length}\r\nContent-Length: ${other}\r\n\r\n`;
    const same = await first(respmod(CLEAN, { allow: "", responseHead: twice(CLEAN.length) }));
    expect([same?.status, same?.http.match(/Content-Length/g)?.length]).toEqual([200, 1]);
    expect((await first(respmod(CLEAN, { responseHead: twice(5) })))?.body).toContain("lazaret/content-length");
  });

  it("36: hop-by-hop fields go, what describes the bytes follows a change, and Via tells who made it", async () => {
    const fields =
      'HTTP/1.1 200 Fine\r\nContent-Type: application/json\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nTransfer-Encoding: chunked\r\nProxy-Authenticate: Basic\r\nUpgrade: h2c\r\nETag: "a"\r\nDigest: x\r\nContent-MD5: y\r\nX-Kept: 1\r\n\r\n';
    const clean = await first(respmod(CLEAN, { allow: "", responseHead: fields }));
    expect(clean?.http).toBe(
      `HTTP/1.1 200 Fine\r\nContent-Type: application/json\r\nETag: "a"\r\nDigest: x\r\nContent-MD5: y\r\nX-Kept: 1\r\nContent-Length: ${CLEAN.length}\r\nVia: ICAP/1.0 lazaret\r\nLazaret-Verdict: pass\r\n\r\n`,
    );
    const attack = await first(respmod('{"a":"<script>alert(1)</script>"}', { responseHead: fields }));
    expect(attack?.http).toMatch(
      /^HTTP\/1\.1 200 Fine\r\nContent-Type: application\/json\r\nX-Kept: 1\r\nContent-Length: \d+\r\nVia: ICAP\/1\.0 lazaret\r\nLazaret-Verdict: sanitized\r\n/,
    );
    expect(attack?.http).toContain(`Content-Length: ${attack?.body.length}\r\n`);
  });

  it("37: coded bodies are decoded before they are inspected, and a bomb is not", async () => {
    const coded = (body: Buffer): string =>
      respmod(body.toString("latin1"), {
        responseHead: `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`,
      });
    expect((await first(coded(gzipSync(CLEAN))))?.status).toBe(204);
    const attack = await first(coded(gzipSync('{"a":"<script>alert(1)</script>"}')));
    expect([attack?.status, attack?.http.includes("Content-Encoding"), attack?.body.includes("script")]).toEqual([
      200,
      false,
      false,
    ]);
    expect((await first(coded(gzipSync(Buffer.alloc(2e7)))))?.body).toContain("lazaret/limits/");
  });
});
