import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { REQUEST_HEAD, respmod, reqmod, responseHead } from "../support/icap-messages.ts";
import { startIcap, talk } from "../support/icap-peer.ts";

const CLEAN = '{"ok":true}';

/** Requirements 20 to 26 of `docs/icap-conformance.md`: what is encapsulated, both ways. */
describe("what ICAP messages encapsulate", () => {
  let service: Awaited<ReturnType<typeof startIcap>>;
  let port = 0;
  beforeAll(async () => {
    service = await startIcap();
    port = service.port;
  });
  afterAll(async () => await service.close());

  const status = async (bytes: string): Promise<number | undefined> => (await talk(port, bytes)).replies[0]?.status;
  const head = (method: string, name: string, encapsulated: string): string =>
    `${method} icap://h/${name} ICAP/1.0\r\nAllow: 204\r\n${encapsulated}\r\n`;

  it("20: every legal form is taken, and a missing Encapsulated is not", async () => {
    const response = responseHead(CLEAN.length);
    const chunk = `b\r\n${CLEAN}\r\n0\r\n\r\n`;
    expect(await status(respmod(CLEAN))).toBe(204);
    expect(await status(reqmod("{}"))).toBe(204);
    expect(await status(reqmod(undefined))).toBe(204);
    expect(
      await status(
        `${head("RESPMOD", "respmod", `Encapsulated: res-hdr=0, res-body=${response.length}\r\n`)}${response}${chunk}`,
      ),
    ).toBe(204);
    expect(
      await status(
        `${head("RESPMOD", "respmod", `Encapsulated: req-hdr=0, res-body=${REQUEST_HEAD.length}\r\n`)}${REQUEST_HEAD}${chunk}`,
      ),
    ).toBe(204);
    expect(await status(`${head("REQMOD", "reqmod", "Encapsulated: req-body=0\r\n")}${chunk}`)).toBe(204);
    expect(await status(head("RESPMOD", "respmod", "Encapsulated: null-body=0\r\n"))).toBe(204);
    expect(await status(head("OPTIONS", "respmod", "Encapsulated: null-body=0\r\n"))).toBe(200);
    expect(await status(`${head("OPTIONS", "respmod", "Encapsulated: opt-body=0\r\n")}${chunk}`)).toBe(200);
    expect(await status(head("RESPMOD", "respmod", ""))).toBe(400);
    expect(await status(head("REQMOD", "reqmod", ""))).toBe(400);
  });

  it.each([
    "req-hdr=abc, res-body=1",
    "req-hdr=0, req-hdr=50, res-body=60",
    "foo=0, res-body=10",
    "req-hdr=50, res-hdr=0, res-body=100",
    "req-hdr=0, res-hdr=50, res-body=50",
    "req-hdr=5, res-body=60",
    "req-hdr=0, res-body=50, res-hdr=90",
    "res-body=0, null-body=10",
    "res-hdr=0, req-hdr=50, res-body=90",
    "req-hdr=0, req-body=50",
    "req-hdr=0, res-hdr=99999, res-body=199999",
    "req-hdr=0, res-hdr=-1, res-body=5",
    "req-hdr=0, res-hdr=99999999999, res-body=999999999999",
    "req-hdr=0",
    "",
  ])("21: Encapsulated: %s is 400 at once", async (encapsulated) => {
    const { replies, closed } = await talk(port, respmod(CLEAN, { encapsulated }), { close: true, patience: 2000 });
    expect([replies.map((reply) => reply.status), closed]).toEqual([[400], true]);
  });

  it("21: two Encapsulated fields are 400", async () => {
    expect(await status(respmod(CLEAN, { fields: "Encapsulated: null-body=0\r\n" }))).toBe(400);
  });

  it("22: offsets that lie are 400, and so is an empty line inside a head", async () => {
    const at = REQUEST_HEAD.length;
    const end = at + responseHead(CLEAN.length).length;
    for (const [first, second] of [
      [at - 5, end],
      [at + 5, end],
      [at, end - 5],
      [at, end + 5],
      [at - 2, end],
    ])
      expect(await status(respmod(CLEAN, { encapsulated: `req-hdr=0, res-hdr=${first}, res-body=${second}` }))).toBe(
        400,
      );
    expect(await status(respmod(CLEAN, { requestHead: `GET /x HTTP/1.1\r\n\r\nHost: a\r\n\r\n` }))).toBe(400);
    expect(await status(respmod(CLEAN, { responseHead: "HTTP/1.1 200 OK\r\nX-A: 1\r\n" }))).toBe(400);
  });

  it("23: a message without a body is answered at once, Preview or not", async () => {
    const head304 = 'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n';
    for (const bytes of [
      respmod(undefined, { fields: "Preview: 0\r\n", responseHead: head304 }),
      respmod(undefined, { fields: "Preview: 0\r\n", responseHead: "HTTP/1.1 204 No Content\r\n\r\n" }),
      reqmod(undefined, { fields: "Preview: 0\r\n" }),
    ]) {
      const began = Date.now();
      const { replies } = await talk(port, bytes + bytes, { replies: 2 });
      expect(replies.map((reply) => reply.status)).toEqual([204, 204]);
      expect(Date.now() - began).toBeLessThan(2000);
    }
  });

  it("24: answers have the same kinds, the response's head at 0", async () => {
    const [response] = (await talk(port, respmod(CLEAN, { allow: "" }))).replies;
    expect(response?.fields["Encapsulated"]).toMatch(/^res-hdr=0, res-body=\d+$/);
    expect([response?.http.split("\r\n")[0], response?.body]).toEqual(["HTTP/1.1 200 OK", CLEAN]);
    const [request] = (await talk(port, reqmod("{}", { allow: "" }))).replies;
    expect(request?.fields["Encapsulated"]).toMatch(/^req-hdr=0, req-body=\d+$/);
    expect([request?.http.split("\r\n")[0], request?.body]).toEqual(["POST http://api.test/x HTTP/1.1", "{}"]);
    const [blocked] = (await talk(port, reqmod("{", { allow: "" }))).replies;
    expect([blocked?.fields["Encapsulated"], blocked?.http.split("\r\n")[0]]).toEqual([
      expect.stringMatching(/^res-hdr=0, res-body=\d+$/),
      "HTTP/1.1 403 Forbidden",
    ]);
  });

  it("25: no body stays no body with its Content-Length, and an empty body has length 0", async () => {
    const requestHead = "HEAD http://api.test/x HTTP/1.1\r\nHost: api.test\r\n\r\n";
    const [reply] = (await talk(port, respmod(undefined, { allow: "", requestHead, responseHead: responseHead(4321) })))
      .replies;
    expect(reply?.fields["Encapsulated"]).toMatch(/^res-hdr=0, null-body=\d+$/);
    expect(reply?.http).toContain("Content-Length: 4321\r\n");
    const [empty] = (await talk(port, respmod("", { allow: "", responseHead: "HTTP/1.1 200 OK\r\nX-A: 1\r\n\r\n" })))
      .replies;
    expect([empty?.http.includes("Content-Length: 0\r\n"), empty?.body, empty?.last]).toEqual([true, "", "0"]);
  });

  it("26: a body without any head is inspected as what it is", async () => {
    const bytes = (body: string): string =>
      `${head("RESPMOD", "respmod", "Encapsulated: res-body=0\r\n").replace("Allow: 204\r\n", "")}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    expect((await talk(port, bytes("hello"))).replies[0]).toMatchObject({ status: 200, body: "hello" });
    const [reply] = (await talk(port, bytes(String.fromCharCode(1, 2, 3, 0, 255, 254, 7, 9)))).replies;
    expect([reply?.status, reply?.http.split("\r\n")[0]]).toEqual([200, "HTTP/1.1 403 Forbidden"]);
  });
});
