import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { IcapClient } from "../../icap/client/client.ts";
import { ReplyParser } from "../../icap/client/reply-parser.ts";
import { IcapError } from "../../icap/protocol/icap-error.ts";
import { loadConfigText } from "../../src/config/load.ts";

const OPTIONS =
  'ICAP/1.0 200 OK\r\nMethods: RESPMOD, REQMOD\r\nISTag: "t1"\r\nPreview: 10\r\nAllow: 204\r\nMax-Connections: 2\r\nOptions-TTL: 3600\r\nEncapsulated: null-body=0\r\n\r\n';
const CLEAN = 'ICAP/1.0 204 Unmodified\r\nISTag: "t1"\r\n\r\n';
const CONTENT = Buffer.from("0123456789abcdefghij");

function adapted(
  body: string,
  { fields = "", http = "HTTP/1.1 200 OK\r\nX-A: 1\r\n\r\n", status = "200 OK", end = "0\r\n\r\n" } = {},
): string {
  const chunk = body === "" ? "" : `${body.length.toString(16)}\r\n${body}\r\n`;
  return `ICAP/1.0 ${status}\r\nISTag: "t1"\r\n${fields}Encapsulated: res-hdr=0, res-body=${http.length}\r\n\r\n${http}${chunk}${end}`;
}

interface Script {
  /** Answers OPTIONS; undefined closes. */
  readonly options?: () => string | undefined;
  /** Answers once so much of the request came: at its head, or at the end of its preview or body. */
  readonly reply: (request: string, socket: Socket, count: number) => string | undefined;
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A service that says what no real one could be made to say. */
async function scripted({
  options = () => OPTIONS,
  reply,
}: Script): Promise<{ port: number; requests: string[]; connections: () => number; most: () => number }> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let most = 0;
  let count = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    most = Math.max(most, sockets.size);
    let text = "";
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      if (!/0(?:; ieof)?\r\n\r\n$/.test(text) && !text.startsWith("OPTIONS")) return;
      const request = text;
      text = "";
      requests.push(request);
      const answer = request.startsWith("OPTIONS") ? options() : reply(request, socket, ++count);
      if (answer === undefined) socket.destroy();
      else socket.write(Buffer.from(answer, "latin1"));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(async () => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    requests,
    connections: () => connections,
    most: () => most,
  };
}

function clientOf(port: number, more: object = {}): IcapClient {
  return new IcapClient(
    {
      url: new URL(`icap://127.0.0.1:${port}/scan?x=1`),
      timeout: 600,
      connections: 8,
      slack: 1000,
      now: () => performance.now(),
      ...more,
    },
    1000,
  );
}

/** What the client makes of an answer to the end of a preview, and, after 100, to the end of the body. */
async function verdictOn(...answers: (string | undefined)[]) {
  const { port } = await scripted({ reply: (_request, _socket, count) => answers[count - 1] });
  const asked = clientOf(port);
  const verdict = await asked.scan(CONTENT);
  asked.close();
  return verdict;
}

const CONTINUE = "ICAP/1.0 100 Continue\r\n\r\n";

/** Requirements 67 to 75 of `docs/icap-conformance.md`, those of the client. */
describe("the ICAP client", () => {
  it("67: OPTIONS come first, hold for their time, and are asked again when the ISTag changes", async () => {
    let tag = "t1";
    const { port, requests } = await scripted({
      options: () => OPTIONS.replace('"t1"', `"${tag}"`).replace("3600", "1"),
      reply: () => CLEAN.replace("t1", tag),
    });
    const asked = clientOf(port);
    const small = Buffer.from("x");
    const methods = (): string => requests.map((request) => request.slice(0, 1)).join("");
    await asked.scan(small);
    await asked.scan(small);
    expect(methods()).toBe("ORR");
    tag = "t2";
    await asked.scan(small);
    await asked.scan(small);
    expect(methods()).toBe("ORRROR");
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await asked.scan(small);
    expect(methods()).toBe("ORRROROR");
    asked.close();
    const reqmodOnly = await scripted({
      options: () => OPTIONS.replace("RESPMOD, REQMOD", "REQMOD"),
      reply: () => CLEAN,
    });
    expect(await clientOf(reqmodOnly.port).scan(small)).toEqual({ kind: "clean" });
    expect(reqmodOnly.requests[1]).toMatch(/^REQMOD .*Encapsulated: req-hdr=0, req-body=\d+\r\n\r\nPOST /s);
    const neither = await scripted({ options: () => OPTIONS.replace("RESPMOD, REQMOD", "LOGMOD"), reply: () => CLEAN });
    expect((await clientOf(neither.port).scan(small)).kind).toBe("failed");
    const whole = await scripted({
      options: () => OPTIONS.replace("Allow: 204", "Transfer-Complete: *"),
      reply: () => CLEAN,
    });
    await clientOf(whole.port).scan(CONTENT);
    expect(whole.requests[1]).not.toMatch(/Preview|Allow/);
  });

  it("68: requests have Host with port, exact offsets, Allow where it is offered, a preview and ieof", async () => {
    const { port, requests } = await scripted({
      reply: (request) => (request.startsWith("RESPMOD") && !request.includes("ieof") ? CONTINUE : CLEAN),
    });
    const asked = clientOf(port);
    expect(await asked.scan(CONTENT)).toEqual({ kind: "clean" });
    expect(await asked.scan(Buffer.from("12345"))).toEqual({ kind: "clean" });
    const [, head = "", rest, small = ""] = requests;
    expect(head).toMatch(
      new RegExp(
        `^RESPMOD icap://127\\.0\\.0\\.1:${port}/scan\\?x=1 ICAP/1\\.0\r\nHost: 127\\.0\\.0\\.1:${port}\r\n.*Allow: 204\r\nPreview: 10\r\nEncapsulated: `,
        "s",
      ),
    );
    const [, first, second] = /req-hdr=0, res-hdr=(\d+), res-body=(\d+)/.exec(head) ?? [];
    const encapsulated = head.slice(head.indexOf("\r\n\r\n") + 4);
    expect(encapsulated.slice(Number(first), Number(first) + 8)).toBe("HTTP/1.1");
    expect(encapsulated.slice(Number(second))).toBe("a\r\n0123456789\r\n0\r\n\r\n");
    expect(rest).toBe("a\r\nabcdefghij\r\n0\r\n\r\n");
    expect(small).toMatch(/Preview: 5\r\n.*\r\n\r\n5\r\n12345\r\n0; ieof\r\n\r\n$/s);
    asked.close();
  });

  it("69: an answer during the upload counts; 100 where nothing waits for it is an error", async () => {
    expect(await verdictOn(adapted("no", { fields: "X-Virus-ID: Bad\r\n" }))).toEqual({
      kind: "infected",
      names: ["Bad"],
    });
    expect((await verdictOn("ICAP/1.0 403 Forbidden\r\nEncapsulated: null-body=0\r\n\r\n")).kind).toBe("failed");
    expect((await verdictOn(CONTINUE, CONTINUE + CLEAN)).kind).toBe("failed");
    const ieof = await scripted({ reply: () => CONTINUE + CLEAN });
    expect((await clientOf(ieof.port).scan(Buffer.from("x"))).kind).toBe("failed");
  });

  it("70: 204 without Encapsulated, errors without anything, lower case and bytes one by one are understood", async () => {
    expect(await verdictOn(CONTINUE, "ICAP/1.0 204 No Content\r\n\r\n")).toEqual({ kind: "clean" });
    expect(await verdictOn(CONTINUE, "ICAP/1.0 500 Server error\r\n\r\n")).toEqual({
      kind: "failed",
      reason: "the service answered 500",
    });
    expect(
      (
        await verdictOn(
          CONTINUE,
          adapted("x", { fields: "x-infection-found: Type=0; Resolution=2; Threat=T;\r\n" })
            .toLowerCase()
            .replace("icap/1.0", "ICAP/1.0")
            .replace("http/1.1", "HTTP/1.1"),
        )
      ).kind,
    ).toBe("infected");
    const { port } = await scripted({
      reply: (_request, socket, count) => {
        const answer = count % 2 === 1 ? CONTINUE : CLEAN;
        [...answer].forEach((byte, i) => setTimeout(() => socket.write(byte), i));
        return "";
      },
    });
    expect(await clientOf(port).scan(CONTENT)).toEqual({ kind: "clean" });
  });

  it("71: every answer has its meaning, and only what can mean nothing else is clean", async () => {
    const folded = "X-Violations-Found: 1\r\n\tfile\r\n\tEvil.Name\r\n\t0\r\n\t0\r\n";
    const original = CONTENT.toString();
    const withoutAllow = async (answer: string) => {
      const { port } = await scripted({
        options: () => OPTIONS.replace("Allow: 204\r\n", ""),
        reply: (_r, _s, count) => (count === 1 ? CONTINUE : answer),
      });
      return await clientOf(port).scan(CONTENT);
    };
    expect(
      await verdictOn(
        CONTINUE,
        adapted("page", { fields: "X-Infection-Found: Type=0; Resolution=2; Threat=Eicar;\r\n" }),
      ),
    ).toEqual({ kind: "infected", names: ["Eicar"] });
    expect(await verdictOn(CONTINUE, adapted("page", { fields: folded }))).toEqual({
      kind: "infected",
      names: ["Evil.Name"],
    });
    expect(await verdictOn(CONTINUE, CLEAN.replace("ISTag", "X-Infection-Found: Threat=T;\r\nISTag"))).toEqual({
      kind: "infected",
      names: ["T"],
    });
    expect(await verdictOn(CONTINUE, adapted("page", { http: "HTTP/1.1 403 Forbidden\r\n\r\n" }))).toEqual({
      kind: "blocked",
      status: 403,
    });
    expect(
      await verdictOn(
        CONTINUE,
        adapted("repaired", { fields: "X-Infection-Found: Type=0; Resolution=1; Threat=R;\r\n" }),
      ),
    ).toEqual({ kind: "sanitized", body: Buffer.from("repaired"), names: ["R"] });
    expect(await verdictOn(CONTINUE, adapted("other"))).toEqual({
      kind: "sanitized",
      body: Buffer.from("other"),
      names: [],
    });
    expect(
      await verdictOn(
        CONTINUE,
        adapted("XX", { status: "206 Partial Content", end: "0; use-original-body=2\r\n\r\n" }),
      ),
    ).toEqual({ kind: "sanitized", body: Buffer.from(`XX${original.slice(2)}`), names: [] });
    expect(await withoutAllow(adapted(original))).toEqual({ kind: "clean" });
    for (const answer of [
      adapted(original),
      adapted("XX", { status: "206 Partial Content" }),
      adapted("XX", { status: "206 Partial Content", end: "0; use-original-body=21\r\n\r\n" }),
      adapted(original, { http: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" }),
      adapted(original, { http: "HTTP/1.1 304 Not Modified\r\n\r\n" }),
      'ICAP/1.0 200 OK\r\nISTag: "t1"\r\n\r\n',
      "ICAP/1.0 202 Accepted\r\n\r\n",
      "ICAP/1.0 404 Not found\r\n\r\n",
      "HTTP/1.1 204 No Content\r\n\r\n",
      "garbage\r\n\r\n",
    ])
      expect([answer, (await verdictOn(CONTINUE, answer)).kind]).toEqual([answer, "failed"]);
    for (const answer of [CLEAN, CONTINUE + CLEAN])
      expect(await verdictOn(answer)).toEqual({
        kind: "failed",
        reason: "the service said 204 before it had all of the content",
      });
  });

  it("72: answers have limits in size and time, and one that breaks off is an error", async () => {
    const cut = adapted("page").slice(0, -4);
    expect((await verdictOn(CONTINUE, cut)).kind).toBe("failed");
    const broken = await scripted({
      reply: (_r, socket, count) => (count === 1 ? CONTINUE : (socket.end(Buffer.from(cut)), "")),
    });
    expect(await clientOf(broken.port).scan(CONTENT)).toEqual({
      kind: "failed",
      reason: "the connection ended in the middle of an answer",
    });
    expect(await verdictOn(CONTINUE, "")).toEqual({ kind: "failed", reason: "no answer within 600 ms" });
    expect((await verdictOn(CONTINUE, adapted("x".repeat(5000)))).kind).toBe("failed");
    expect((await verdictOn(CONTINUE, `ICAP/1.0 204 OK\r\nX-A: ${"a".repeat(40_000)}\r\n\r\n`)).kind).toBe("failed");
    const dripping = await scripted({ reply: (_r, socket) => (setInterval(() => socket.write("I"), 100).unref(), "") });
    expect((await clientOf(dripping.port).scan(CONTENT)).kind).toBe("failed");
  });

  it("73: it tries again once, and only where a connection that had been used was dead before any byte", async () => {
    const { port, requests } = await scripted({
      reply: (_request, _socket, count) => (count === 2 ? undefined : CLEAN),
    });
    const asked = clientOf(port);
    const small = Buffer.from("x");
    expect(await asked.scan(small)).toEqual({ kind: "clean" });
    expect(await asked.scan(small)).toEqual({ kind: "clean" });
    expect(requests).toHaveLength(4);
    asked.close();
    const always = await scripted({ reply: (_request, _socket, count) => (count === 1 ? CLEAN : undefined) });
    const second = clientOf(always.port);
    await second.scan(small);
    expect(await second.scan(small)).toEqual({ kind: "failed", reason: "the connection ended before an answer" });
    expect(always.requests).toHaveLength(4);
    const partial = await scripted({
      reply: (_request, socket, count) => (count === 1 ? CLEAN : (socket.end("ICAP/1.0 2"), "")),
    });
    const third = clientOf(partial.port);
    await third.scan(small);
    expect((await third.scan(small)).kind).toBe("failed");
    expect(partial.requests).toHaveLength(3);
  });

  it("74: 503 and 404 leave the service alone for a while; Max-Connections is kept to", async () => {
    for (const answer of [
      "ICAP/1.0 503 Overloaded\r\n\r\n",
      "ICAP/1.0 404 Not found\r\n\r\n",
      "ICAP/1.0 405 No\r\n\r\n",
    ]) {
      const { port, requests } = await scripted({ reply: () => answer });
      const asked = clientOf(port);
      const small = Buffer.from("x");
      const code = /\d{3}/.exec(answer)?.[0];
      expect([(await asked.scan(small)).kind, await asked.scan(small)]).toEqual([
        "failed",
        { kind: "failed", reason: expect.stringContaining(code ?? "") },
      ]);
      expect(requests).toHaveLength(2);
    }
    const { port, most } = await scripted({
      reply: (_request, socket) => {
        setTimeout(() => socket.write(CLEAN), 20);
        return "";
      },
    });
    const asked = clientOf(port, { timeout: 5000 });
    await asked.scan(Buffer.from("x"));
    const verdicts = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => await asked.scan(Buffer.from(`${i}`))),
    );
    expect([verdicts.every(({ kind }) => kind === "clean"), most()]).toEqual([true, 2]);
    asked.close();
  });

  it("75: a connection goes on after a whole answer, and ends after Connection: close, an error or unread bytes", async () => {
    const used = async (answer: string): Promise<number> => {
      const { port, connections } = await scripted({ reply: () => answer });
      const asked = clientOf(port);
      for (let i = 0; i < 3; i++) await asked.scan(Buffer.from("x"));
      asked.close();
      return connections();
    };
    expect(await used(CLEAN)).toBe(1);
    expect(await used(adapted("page", { fields: "X-Virus-ID: V\r\n" }))).toBe(1);
    expect(await used(CLEAN.replace("ISTag", "Connection: close\r\nISTag"))).toBe(3);
    expect(await used("ICAP/1.0 500 Server error\r\n\r\n")).toBe(3);
    expect(await used(`${CLEAN}ICAP/1.0 204 again\r\n\r\n`)).toBe(3);
  });

  it("reads answers cut at any byte alike, and throws nothing but ICAP errors on mutated ones", () => {
    const answer = Buffer.from(adapted("hello", { fields: "X-A: 1\r\n folded\r\n" }) + CLEAN + CONTINUE, "latin1");
    const read = (chunks: readonly Buffer[]): string[] => {
      const parser = new ReplyParser(1000);
      return chunks.flatMap((chunk) => {
        parser.push(chunk);
        const seen: string[] = [];
        for (let next = parser.next(); next !== undefined; next = parser.next()) seen.push(JSON.stringify(next));
        return seen;
      });
    };
    const whole = read([answer]);
    expect(whole).toHaveLength(3);
    for (let at = 1; at < answer.length; at++)
      expect(read([answer.subarray(0, at), answer.subarray(at)])).toEqual(whole);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(answer.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 }),
        (edits) => {
          const bytes = Buffer.from(answer);
          for (const [at, byte] of edits) bytes[at] = byte;
          try {
            read([bytes]);
          } catch (error) {
            expect(error).toBeInstanceOf(IcapError);
          }
        },
      ),
      { numRuns: 5000 },
    );
  });

  it("its keys are checked", () => {
    const load = (engine: unknown) =>
      loadConfigText(JSON.stringify({ policy: { antivirus: { engines: [engine] } } }), "f", {});
    expect(load("icap://h/avscan").defaultPolicy.antivirus).toMatchObject({
      engines: ["icap://h/avscan"],
      icap: [{ unavailable: "block", timeout: 10_000, connections: 16 }],
    });
    expect(
      load({ icap: "icaps://h:1/avscan", unavailable: "report", timeout: "3s" }).defaultPolicy.antivirus.icap[0],
    ).toMatchObject({ unavailable: "report", timeout: 3000 });
    expect(() => load("clam")).toThrow("expected: clamd, yara or the URL of an ICAP service");
    expect(() => load("http://h/x")).toThrow("policy.antivirus.engines.0");
    expect(() => load({ icap: "icap://h/x", timeot: "3s" })).toThrow('did you mean "timeout"?');
  });
});
