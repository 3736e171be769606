import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IcapError } from "../../icap/protocol/icap-error.ts";
import { type RequestEvent, RequestParser } from "../../icap/server/request-parser.ts";
import { respmod, reqmod } from "../support/icap-messages.ts";

/** Everything that some bytes say, cut as given; a body's data put together. */
function read(chunks: readonly Buffer[]): string[] {
  const parser = new RequestParser();
  const events: string[] = [];
  let data = "";
  const told = (event: RequestEvent): void => {
    if (event.kind === "data") {
      data += event.bytes.toString("latin1");
      return;
    }
    if (data !== "") events.push(`data ${data}`);
    data = "";
    events.push(event.kind === "request" ? `request ${JSON.stringify(event.request)}` : event.kind);
    if (event.kind === "preview-end") parser.continueBody();
  };
  for (const chunk of chunks) {
    parser.push(chunk);
    for (let event = parser.next(); event !== undefined; event = parser.next()) told(event);
  }
  return events;
}

const MESSAGES = [
  "OPTIONS icap://h/respmod ICAP/1.0\r\nHost: h\r\n\r\n",
  respmod('{"ok":true}'),
  respmod("x".repeat(3000), { preview: 1024, rest: true }),
  respmod("short", { preview: 1024 }),
  reqmod('{"a":1}'),
  reqmod(undefined),
  "\r\n\r\nOPTIONS icap://h/reqmod ICAP/1.0\r\nEncapsulated: null-body=0\r\n\r\n",
  respmod("hello", { end: "0;a=b\r\nX-T: 1\r\n\r\n" }),
];

describe("the request parser", () => {
  it.each(MESSAGES.map((message, i) => [i, message]))(
    "gives the same for message %s cut at every byte",
    (_, message) => {
      const bytes = Buffer.from(message, "latin1");
      const whole = read([bytes]);
      expect(whole.at(-1)).toBe("end");
      for (let at = 1; at < bytes.length; at++)
        expect([at, read([bytes.subarray(0, at), bytes.subarray(at)])]).toEqual([at, whole]);
      expect(read(Array.from(bytes, (byte) => Buffer.of(byte)))).toEqual(whole);
    },
  );

  it("gives the same for a pipeline of messages, however it is cut", () => {
    const bytes = Buffer.from(MESSAGES.join(""), "latin1");
    const whole = read([bytes]);
    expect(whole.filter((event) => event.startsWith("request"))).toHaveLength(MESSAGES.length);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 30 }), (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((end, i) => bytes.subarray(places[i], end));
        expect(read(chunks)).toEqual(whole);
      }),
    );
  });

  it("refuses mutated bytes with an ICAP error or reads them: nothing else is thrown, and no head grows", () => {
    const base = MESSAGES.map((message) => Buffer.from(message, "latin1"));
    const mutation = fc.record({
      message: fc.nat(base.length - 1),
      edits: fc.array(fc.tuple(fc.nat(5000), fc.constantFrom("set", "cut", "insert"), fc.nat(255)), {
        minLength: 1,
        maxLength: 6,
      }),
    });
    let refused = 0;
    fc.assert(
      fc.property(mutation, ({ message, edits }) => {
        const bytes = [...(base[message] ?? [])];
        for (const [place, kind, byte] of edits) {
          const at = place % bytes.length;
          if (kind === "set") bytes[at] = byte;
          else if (kind === "cut") bytes.splice(at, 1 + (byte % 8));
          else bytes.splice(at, 0, byte);
        }
        try {
          read([Buffer.from(bytes)]);
        } catch (error) {
          expect(error).toBeInstanceOf(IcapError);
          refused++;
        }
      }),
      { numRuns: 20_000 },
    );
    expect(refused).toBeGreaterThan(2000);
  }, 60_000);

  it("keeps no more than the limits of what never ends", () => {
    const endless =
      (start: string, more: string): (() => void) =>
      () => {
        const parser = new RequestParser();
        parser.push(Buffer.from(start));
        for (let i = 0; i < 100_000; i++) {
          while (parser.next() !== undefined);
          parser.push(Buffer.from(more));
        }
      };
    expect(endless("", "OPTIONS")).toThrow("longer than 8192");
    expect(endless("OPTIONS icap://h/x ICAP/1.0\r\n", "X-A: 1\r\n")).toThrow("more than 200 header fields");
    expect(endless("OPTIONS icap://h/x ICAP/1.0\r\n", "X-A")).toThrow("longer than");
    expect(endless(respmod("", { end: "0\r\n" }), "X-T: 1\r\n")).toThrow("longer than");
    expect(endless(respmod("", { end: "5;a" }), "a")).toThrow("longer than");
  });
});
