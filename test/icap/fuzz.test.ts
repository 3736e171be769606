import { connect } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Admission } from "../../src/bodies/admission.ts";
import type { Inspector } from "../../src/core/verdict.ts";
import { chunkOf, respmod, reqmod } from "../support/icap-messages.ts";
import { parseReplies } from "../support/icap-peer.ts";
import { serveIcap, type TestIcapServer } from "../support/icap-server.ts";
import { defaultPolicy } from "../support/policy.ts";

/** 50,000 by `LAZARET_ICAP_FUZZ=50000`. */
const REQUESTS = Number(process.env["LAZARET_ICAP_FUZZ"] ?? 2000);
const AT_ONCE = 32;
/** A third of the bodies are larger: they come back although only their beginning is inspected. */
const LONGEST = 2000;
/** Many times what the service's deadlines come to, since client and service share a busy machine. */
const PATIENCE = 20_000;

const servers: TestIcapServer[] = [];
const inspected = new Set<string>();

beforeAll(async () => {
  const inspector: Inspector = {
    inspect: async ({ headers, body, status }) => {
      await new Promise((resolve) => setTimeout(resolve, body.length % 5));
      inspected.add(Buffer.from(body).toString("latin1"));
      return { verdict: "pass", findings: [], changes: [], status, headers, body, elapsedMs: 0 };
    },
  };
  const limits = { ...defaultPolicy().limits, body: LONGEST };
  for (const conformance of ["strict", "usual", "lenient"] as const)
    servers.push(
      await serveIcap(inspector, {
        snapshot: () => ({ inspector, vendors: new Map(), limits, allow: [], istag: "a" }),
        admission: new Admission(2 ** 24, 1000),
        timeouts: { idle: 1000, head: 500, body: 500, exchange: 1500 },
        connections: 2000,
        exchanges: 2000,
        conformance,
      }),
    );
});
afterAll(async () => {
  await Promise.all(servers.map(async (server) => await server.close(100)));
});

/** A small generator with a seed, so that a failure can be seen again. */
function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Pieces that mean something to a parser. */
const PIECES = [
  "\r\n",
  "\n",
  "\r\n\r\n",
  "0\r\n\r\n",
  "0; ieof\r\n\r\n",
  "ffffffff\r\n",
  "5\r\n",
  "Encapsulated: null-body=0\r\n",
  "Preview: 0\r\n",
  "RESPMOD icap://h/respmod ICAP/1.0\r\n",
  " ",
  "\0",
  "-",
  "a".repeat(9000),
];

function mutated(marker: string, random: (below: number) => number): string {
  const body = `<${marker}>${"x".repeat(random(3000))}`;
  const forms = [
    () => respmod(body, { type: "text/plain" }),
    () => respmod(body, { type: "text/plain", allow: "" }),
    () => respmod(body, { type: "text/plain", preview: random(2000), rest: random(2) === 0 }),
    () => reqmod(body),
    () => respmod(body, { end: `${chunkOf(marker)}0\r\n\r\n`, allow: "" }),
    () =>
      respmod(body, {
        type: "text/event-stream",
        responseHead: "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n",
      }),
  ];
  let text = forms[random(forms.length)]?.() ?? "";
  for (let edits = random(4); edits > 0; edits--) {
    // Most edits in the heads, where they matter.
    const at = random(random(3) === 0 ? text.length : Math.min(text.length, 500));
    const kind = random(4);
    if (kind === 0) text = text.slice(0, at) + String.fromCharCode(random(256)) + text.slice(at + 1);
    else if (kind === 1) text = text.slice(0, at) + text.slice(at + 1 + random(20));
    else if (kind === 2) text = text.slice(0, at) + (PIECES[random(PIECES.length)] ?? "") + text.slice(at);
    else text = text.slice(0, at);
  }
  return text;
}

/** Sends bytes in some pieces and ends; gives what came until the service closed. */
async function send(
  port: number,
  text: string,
  random: (below: number) => number,
): Promise<{ raw: string; late: boolean }> {
  return await new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let raw = "";
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      socket.destroy();
    }, PATIENCE);
    socket.on("error", () => {});
    socket.on("data", (chunk) => (raw += chunk.toString("latin1")));
    socket.on("close", () => {
      clearTimeout(timer);
      resolve({ raw, late });
    });
    const cut = random(text.length + 1);
    socket.write(Buffer.from(text.slice(0, cut), "latin1"));
    socket.write(Buffer.from(text.slice(cut), "latin1"));
    // Most of them hang up, the others wait for the deadlines.
    if (random(4) > 0) socket.end();
  });
}

it(`${REQUESTS} mutated requests: no crash, no hang, no 204 for what was not inspected, no bytes of another exchange`, async () => {
  const seed = Date.now() % 2 ** 31;
  const random = seeded(seed);
  let sent = 0;
  const statuses = new Map<number, number>();
  const client = async (): Promise<void> => {
    while (sent < REQUESTS) {
      const marker = `marker-${sent++}-`;
      const text = mutated(marker, random);
      const { raw, late } = await send(servers[random(servers.length)]?.port ?? 0, text, random);
      const replies = parseReplies(raw);
      for (const { status } of replies) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const others = (raw.match(/marker-\d+-/g) ?? []).filter((found) => !text.includes(found));
      const clean = replies.filter(({ status }) => status === 204).length;
      const seen = [...inspected].filter((body) => body.includes(marker) || body === "");
      const unseen = clean > 0 && text.length <= LONGEST && text.includes(marker) && seen.length === 0;
      expect({ seed, text: late || others.length > 0 || unseen ? text : "", late, others, unseen }).toEqual({
        seed,
        text: "",
        late: false,
        others: [],
        unseen: false,
      });
      for (const body of seen) inspected.delete(body);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  expect(servers.flatMap(({ errors }) => errors)).toEqual([]);
  // The mutations are neither all refused nor all taken.
  for (const status of [200, 204, 400, 408])
    expect([status, (statuses.get(status) ?? 0) > REQUESTS / 200]).toEqual([status, true]);
  for (const { port } of servers) expect((await send(port, respmod("x"), random)).raw).toContain("ICAP/1.0 204");
}, 600_000);
