import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chunkOf, responseHead, respmod } from "../support/icap-messages.ts";
import { startIcap, talk } from "../support/icap-peer.ts";

const CLEAN = '{"ok":true}';
const LONG = JSON.stringify({ a: "plain words ".repeat(250) });
const ATTACK = JSON.stringify({ a: "<script>alert(1)</script>", b: "plain words ".repeat(1000) });
const STREAM = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";

/** Requirements 38 to 49 of `docs/icap-conformance.md`: preview, 100, 204, 206, early answers. */
describe("ICAP previews and short answers", () => {
  let service: Awaited<ReturnType<typeof startIcap>>;
  let port = 0;
  beforeAll(async () => {
    service = await startIcap(
      { preview: 2048 },
      { policy: { antivirus: { engines: ["yara"] }, limits: { body: "1MiB" } } },
    );
    port = service.port;
  });
  afterAll(async () => await service.close());

  const statuses = async (steps: string | readonly (string | number)[], replies = 1): Promise<number[]> =>
    (await talk(port, steps, { replies })).replies.map(({ status }) => status);

  it("38: OPTIONS tells the preview, for every kind of file", async () => {
    const [reply] = (await talk(port, "OPTIONS icap://h/respmod ICAP/1.0\r\n\r\n")).replies;
    expect(reply?.fields).toMatchObject({ Preview: "2048", "Transfer-Preview": "*" });
  });

  it("39: a preview may be shorter than announced, as long, hold all of the body, or nothing", async () => {
    expect(await statuses(respmod(CLEAN, { preview: 60 }))).toEqual([204]);
    expect(await statuses(respmod(LONG, { preview: LONG.length }))).toEqual([204]);
    expect(await statuses(respmod("", { preview: 0 }))).toEqual([204]);
    expect(await statuses([respmod(LONG, { preview: 0 }), 50, `${chunkOf(LONG)}0\r\n\r\n`], 2)).toEqual([100, 204]);
  });

  it("40: what came whole in a preview gets no 100", async () => {
    expect(await statuses(respmod(CLEAN, { preview: 1024 }))).toEqual([204]);
  });

  it("41: 100, then the rest, then the verdict on all of it", async () => {
    const rest = (body: string): string => `${chunkOf(body.slice(1024))}0\r\n\r\n`;
    expect(await statuses([respmod(LONG, { preview: 1024 }), 50, rest(LONG)], 2)).toEqual([100, 204]);
    const late = LONG.replace(/"}$/, '<script>alert(1)</script>"}');
    const { replies } = await talk(port, [respmod(late, { preview: 1024 }), 50, rest(late)], { replies: 2 });
    expect(replies.map(({ status }) => status)).toEqual([100, 200]);
    expect(replies[1]?.body).not.toContain("script");
  });

  it("42: a preview longer than announced, or announced as no number up to 1 MiB, is 400", async () => {
    expect(await statuses(respmod("", { fields: "Preview: 5\r\n", end: `${chunkOf(CLEAN)}0; ieof\r\n\r\n` }))).toEqual([
      400,
    ]);
    for (const value of ["abc", "-1", "1048577", "99999999999", "1 2", ""])
      expect([value, await statuses(respmod(CLEAN, { fields: `Preview: ${value}\r\n` }))]).toEqual([value, [400]]);
  });

  it("43: inside a preview 204 needs no Allow", async () => {
    expect(await statuses(respmod(CLEAN, { preview: 1024, allow: "" }))).toEqual([204]);
  });

  it("44: outside a preview 204 needs Allow, else the whole message comes back", async () => {
    const { replies } = await talk(port, respmod(LONG, { allow: "trailers" }));
    expect([replies[0]?.status, replies[0]?.body]).toEqual([200, LONG]);
    const after = await talk(
      port,
      [respmod(LONG, { preview: 1024, allow: "" }), 50, `${chunkOf(LONG.slice(1024))}0\r\n\r\n`],
      { replies: 2 },
    );
    expect(after.replies.map(({ status, body }) => [status, body])).toEqual([
      [100, ""],
      [200, LONG],
    ]);
  });

  it("45: Allow is a list, over several fields too, with tokens unknown", async () => {
    expect(await statuses(respmod(CLEAN, { allow: "trailers, 206,204 , x" }))).toEqual([204]);
    expect(await statuses(respmod(CLEAN, { allow: "206", fields: "Allow: 204\r\n" }))).toEqual([204]);
    expect(await statuses(respmod(CLEAN, { allow: "2045" }))).toEqual([200]);
  });

  it("46: 206 where it is allowed and worth it: the new beginning, then from where the client's own goes on", async () => {
    const [reply] = (await talk(port, respmod(ATTACK, { allow: "204, 206" }))).replies;
    expect([reply?.status, reply?.last]).toEqual([206, expect.stringMatching(/^0; use-original-body=\d+$/)]);
    const whole = (reply?.body ?? "") + ATTACK.slice(Number(reply?.last.split("=")[1]));
    expect(JSON.parse(whole)).toEqual({ ...JSON.parse(ATTACK), a: expect.not.stringContaining("script") });
    expect(reply?.http).toContain(`Content-Length: ${whole.length}\r\n`);
    expect(reply?.body.length).toBeLessThan(200);
    const [full] = (await talk(port, respmod(ATTACK, { allow: "204" }))).replies;
    expect([full?.status, full?.body, full?.last]).toEqual([200, whole, "0"]);
    const [notKept] = (await talk(port, respmod(ATTACK, { allow: "206, trailers" }))).replies;
    expect([notKept?.status, notKept?.body]).toEqual([200, whole]);
    const [small] = (await talk(port, respmod('{"a":"<script>alert(1)</script>"}', { allow: "204, 206" }))).replies;
    expect(small?.status).toBe(200);
  });

  it("47: no answer has a trailer", async () => {
    const { raw } = await talk(port, respmod(ATTACK, { allow: "trailers" }));
    expect(raw).toMatch(/\r\n0\r\n\r\n$/);
    expect(raw.toLowerCase()).not.toContain("\r\ntrailer:");
  });

  it("48: a body that is too large is answered before its end, and its connection goes on", async () => {
    const head = responseHead(1_500_000);
    const start = respmod("", { responseHead: head, end: chunkOf("x".repeat(1_100_000)) });
    const { replies } = await talk(port, [start, 300, `${chunkOf("x".repeat(400_000))}0\r\n\r\n${respmod(CLEAN)}`], {
      replies: 2,
    });
    expect(replies.map(({ status, http }) => [status, http.split("\r\n")[0]])).toEqual([
      [200, "HTTP/1.1 403 Forbidden"],
      [204, ""],
    ]);
    expect(replies[0]?.body).toContain("lazaret/limits/body");
    const endless = await talk(port, [start, ...Array.from({ length: 40 }, () => chunkOf("x".repeat(100_000)))], {
      close: true,
    });
    expect([endless.replies.length, endless.closed]).toEqual([1, true]);
  });

  it("48: an event stream is answered while it flows, and ends where a record is blocked", async () => {
    const event = (data: string): string => chunkOf(`data: ${data}\n\n`);
    const start = respmod("", { allow: "trailers", responseHead: STREAM, end: event("one") });
    const steps = [start, 200, event("<script>alert(1)</script>"), 100, event("three"), 100, "0\r\n\r\n"];
    const { raw, replies } = await talk(port, steps);
    expect(replies[0]).toMatchObject({ status: 200, last: "0" });
    expect(replies[0]?.body).toMatch(/^data: one\n\ndata: .*\n\ndata: three\n\n$/);
    expect(raw).not.toContain("script");
    const early = await talk(port, start, { patience: 500 });
    expect(early.raw).toContain("data: one");
    const eicar = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EIC", "AR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].join("");
    const cut = await talk(port, [start, 100, event(eicar), event("after")], { close: true });
    expect([cut.closed, cut.raw.includes("one"), /EICAR|after|\r\n0\r\n\r\n$/.test(cut.raw)]).toEqual([
      true,
      true,
      false,
    ]);
    const [refused] = (await talk(port, respmod("", { responseHead: STREAM, end: event(eicar) }))).replies;
    expect([refused?.status, refused?.http.split("\r\n")[0]]).toEqual([200, "HTTP/1.1 403 Forbidden"]);
    expect(await statuses(respmod("data: one\n\n", { preview: 1024, responseHead: STREAM }))).toEqual([204]);
  });

  it("49: a body larger than what is kept in memory comes back byte for byte, over the spool", async () => {
    const own = await startIcap({}, { policy: { antivirus: { engines: [] }, rules: { packs: [] } } });
    const body = JSON.stringify(
      Array.from({ length: 60_000 }, (_, i) => ({ id: i, text: `item number ${i}, and some words of it` })),
    );
    expect(body.length).toBeGreaterThan(3 * 2 ** 20);
    const [reply] = (await talk(own.port, respmod(body, { allow: "" }), { patience: 60_000 })).replies;
    expect([reply?.status, reply?.body === body]).toEqual([200, true]);
    await own.close();
  });

  it("49: a large answer goes out while the client still sends, at the client's pace", async () => {
    const body = JSON.stringify(
      Array.from({ length: 9000 }, (_, i) => ({ id: i, text: `item number ${i}, and some words of it` })),
    );
    const { replies } = await talk(port, [respmod(body, { allow: "" }), respmod(body, { allow: "" })], {
      replies: 2,
      patience: 20_000,
    });
    expect(replies.map((reply) => [reply.status, reply.body === body])).toEqual([
      [200, true],
      [200, true],
    ]);
  });
});
