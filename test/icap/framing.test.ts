import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { respmod, reqmod } from "../support/icap-messages.ts";
import { startIcap, talk } from "../support/icap-peer.ts";

const options = (line = "icap://h/respmod ICAP/1.0", fields = "Host: h\r\n"): string =>
  `OPTIONS ${line}\r\n${fields}\r\n`;
const CLEAN = '{"ok":true}';

/** Requirements 1 to 19 of `docs/icap-conformance.md`: framing and the header section. */
describe("ICAP framing", () => {
  let service: Awaited<ReturnType<typeof startIcap>>;
  let port = 0;
  beforeAll(async () => {
    service = await startIcap({ timeouts: { head: "1s", body: "1s" } });
    port = service.port;
  });
  afterAll(async () => await service.close());

  const refused = async (bytes: string, status = 400): Promise<void> => {
    const { replies, closed } = await talk(port, bytes, { close: true });
    expect([bytes.slice(0, 60), replies.map((reply) => reply.status), closed]).toEqual([
      bytes.slice(0, 60),
      [status],
      true,
    ]);
    expect(replies[0]?.fields["Connection"]).toBe("close");
    expect(replies[0]?.fields["ISTag"]).toMatch(/^"[0-9a-zA-Z]{1,32}"$/);
  };

  it("1: OPTIONS is answered on every service", async () => {
    for (const name of ["respmod", "reqmod"]) {
      const { replies } = await talk(port, options(`icap://h/${name} ICAP/1.0`));
      expect(replies[0]).toMatchObject({
        status: 200,
        fields: { Methods: name.toUpperCase(), ISTag: expect.stringMatching(/^".+"$/), Encapsulated: "null-body=0" },
      });
    }
  });

  it("2: an unknown method is 501, and the connection closes", async () => {
    await refused("FOO icap://h/respmod ICAP/1.0\r\nHost: h\r\n\r\n", 501);
  });

  it("3: a method that the service lacks is 405", async () => {
    await refused(reqmod("{}", { service: "respmod" }), 405);
    await refused(respmod("{}", { service: "reqmod" }), 405);
  });

  it("4: an unknown service or vendor is 404, whatever its body", async () => {
    await refused(options("icap://h/nosuch ICAP/1.0"), 404);
    await refused(respmod(CLEAN, { service: "respmod/nosuch" }), 404);
    await refused(respmod(CLEAN, { service: "respmod/a/b" }), 404);
  });

  it("5: another version is 505, ICAP/1.1 is taken, HTTP is 400", async () => {
    await refused(options("icap://h/respmod ICAP/2.0"), 505);
    await refused(options("icap://h/respmod HTTP/1.1"), 505);
    await refused("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    expect((await talk(port, options("icap://h/respmod ICAP/1.1"))).replies[0]?.status).toBe(200);
  });

  it("6: a missing Host is taken, or refused where the configuration is strict", async () => {
    expect((await talk(port, options(undefined, ""))).replies[0]?.status).toBe(200);
    const strict = await startIcap({ conformance: "strict" });
    const [without] = (await talk(strict.port, options(undefined, ""), { close: true })).replies;
    expect([without?.status, without?.fields["X-Response-Desc"]]).toEqual([400, "the Host field is missing"]);
    expect((await talk(strict.port, options())).replies[0]?.status).toBe(200);
    await strict.close();
  });

  it.each([
    "icaps://h/respmod",
    "icap://elsewhere:9/respmod",
    "ICAP://h/respmod?by=x",
    "/respmod",
    "icap://h/respmod/",
    "icap://[::1]:1344/respmod",
  ])("7: the authority and query of %s do not count", async (uri) => {
    expect((await talk(port, options(`${uri} ICAP/1.0`))).replies[0]?.status).toBe(200);
  });

  it("8: names have no case and values no space around them; what other parsers read differently is 400", async () => {
    const sloppy = respmod(CLEAN)
      .replace("Encapsulated: ", "encapsulated:\t  ")
      .replace("Allow:", "ALLOW :".replace(" ", ""));
    expect((await talk(port, sloppy)).replies[0]?.status).toBe(204);
    for (const field of [
      "X-A: 1\r\n folded\r\n",
      "X-A: a\rb\r\n",
      "X-A: a\0b\r\n",
      "X-A : 1\r\n",
      ": 1\r\n",
      "X-A\r\n",
      "X A: 1\r\n",
    ])
      await refused(options(undefined, field));
  });

  it("9: two empty lines may stand before a request, three may not", async () => {
    expect((await talk(port, `\r\n\r\n${options()}`)).replies[0]?.status).toBe(200);
    await refused(`\r\n\r\n\r\n${options()}`);
  });

  it("10: the request line, the head, its fields and each HTTP head have limits", async () => {
    await refused(options(`icap://h/${"a".repeat(8200)} ICAP/1.0`));
    await refused(options(undefined, `X-A: ${"a".repeat(100_000)}\r\n`));
    await refused(options(undefined, "X-A: 1\r\n".repeat(201)));
    await refused(options(undefined, `X-A: ${"a".repeat(900)}\r\n`.repeat(40)));
    await refused(respmod(CLEAN, { responseHead: `HTTP/1.1 200 OK\r\nX-A: ${"a".repeat(65_536)}\r\n\r\n` }));
    expect((await talk(port, options(undefined, "X-A: 1\r\n".repeat(199)))).replies[0]?.status).toBe(200);
    const { replies } = await talk(
      port,
      respmod(CLEAN, { responseHead: `HTTP/1.1 200 OK\r\nX-A: ${"a".repeat(60_000)}\r\n\r\n` }),
    );
    expect(replies[0]?.status).toBe(204);
  });

  it("11: lines that end with LF alone are 400 in every place", async () => {
    await refused("OPTIONS icap://h/respmod ICAP/1.0\nHost: h\n\n");
    await refused(options(undefined, "Host: h\n"));
    await refused(respmod("hello", { end: "0\n\r\n" }));
    await refused(respmod("", { end: "5\nhello\r\n0\r\n\r\n" }));
    await refused(respmod(CLEAN, { responseHead: "HTTP/1.1 200 OK\nX-A: 1\r\n\r\n" }));
  });

  it("12: Transfer-Encoding and Content-Length of ICAP have no say", async () => {
    const fields = "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n";
    const { replies } = await talk(port, respmod(CLEAN, { fields }) + options(), { replies: 2 });
    expect(replies.map(({ status }) => status)).toEqual([204, 200]);
  });

  it("13: every answer has a quoted ISTag of at most 32 letters and digits, errors too", async () => {
    for (const bytes of [
      options(),
      respmod(CLEAN),
      respmod(CLEAN, { allow: "" }),
      "FOO\r\n\r\n",
      options("icap://h/x ICAP/1.0"),
    ])
      expect((await talk(port, bytes)).replies[0]?.fields["ISTag"]).toMatch(/^"[0-9a-zA-Z]{1,32}"$/);
  });

  it("14: every answer has Encapsulated, as its last field", async () => {
    for (const bytes of [options(), respmod(CLEAN), respmod(CLEAN, { allow: "" }), "FOO\r\n\r\n", respmod("{", {})])
      expect((await talk(port, bytes)).replies[0]?.head).toMatch(/\r\nEncapsulated: [^\r]+\r\n\r\n$/);
    expect((await talk(port, respmod(CLEAN))).raw).toMatch(/null-body=0\r\n\r\n$/);
  });

  it("15: there is a reason phrase, and each field is a canonical name, one colon, one space and a value", async () => {
    for (const bytes of [options(), respmod(CLEAN), respmod("{")]) {
      const [reply] = (await talk(port, bytes)).replies;
      expect(reply?.head.split("\r\n")[0]).toMatch(/^ICAP\/1\.0 \d{3} \S+/);
      for (const line of reply?.head.split("\r\n").slice(1, -2) ?? [])
        expect(line).toMatch(/^(?:[A-Z][A-Za-z-]*: \S|\t\S)/);
    }
  });

  it("16: 204 and 100 read as deployed clients compare them", async () => {
    expect((await talk(port, respmod(CLEAN))).raw).toMatch(/^ICAP\/1\.0 204 No modifications needed\r\n/);
    const { raw } = await talk(port, respmod("x".repeat(50), { preview: 10 }), { patience: 300 });
    expect(raw).toBe("ICAP/1.0 100 Continue\r\n\r\n");
  });

  it("17: connections persist, and close where that is asked for", async () => {
    const kept = await talk(port, [options(), 50, options()], { replies: 2 });
    expect([kept.replies.length, kept.closed]).toEqual([2, false]);
    for (const bytes of [
      options(undefined, "Connection: close\r\n"),
      respmod(CLEAN, { fields: "connection: Close\r\n" }),
    ]) {
      const { replies, closed } = await talk(port, bytes, { close: true });
      expect([replies.length, replies[0]?.fields["Connection"], closed]).toEqual([1, "close", true]);
    }
  });

  it("18: pipelined requests are answered in order", async () => {
    const { replies } = await talk(port, options() + respmod(CLEAN) + respmod("{") + options(), { replies: 4 });
    expect(replies.map(({ status }) => status)).toEqual([200, 204, 200, 200]);
  });

  it("19: bytes may come one by one, and head and body apart", async () => {
    const bytes = options() + respmod(CLEAN, { preview: 1024 }) + respmod(CLEAN, { allow: "" });
    const { replies } = await talk(port, [...bytes], { replies: 3 });
    expect(replies.map(({ status }) => status)).toEqual([200, 204, 200]);
    const at = respmod(CLEAN).indexOf("GET http");
    expect((await talk(port, [respmod(CLEAN).slice(0, at), 100, respmod(CLEAN).slice(at)])).replies[0]?.status).toBe(
      204,
    );
  });
});
