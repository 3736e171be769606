/**
 * A vendor for the bench: `/SIZE` answers with about that many kilobytes of realistic JSON, `/new/SIZE` with other ones each
 * time. Prints its port.
 */
import { createServer } from "node:http";

const WORDS =
  "the order was shipped on monday and your customer asked us to update it where needed or drop us a note".split(" ");

function bodyOf(kilobytes: number): Buffer {
  let seed = kilobytes;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const hex = (length: number): string => Array.from({ length }, () => random(16).toString(16)).join("");
  const words = (count: number): string => Array.from({ length: count }, () => WORDS[random(WORDS.length)]).join(" ");
  const item = (index: number): object => ({
    id: `cus_${hex(14)}`,
    index,
    created: new Date(1.7e12 + random(1e9) * 60).toISOString(),
    name: ["Ana Smith", "Björn O'Brien", "Chloé García"][random(3)],
    email: `${hex(6)}@example.com`,
    phone: `+49 30 ${random(9e6) + 1e6}`,
    url: `https://api.example.com/v1/customers/cus_${hex(14)}?expand[]=orders&limit=${random(100)}`,
    balance: random(1e6) / 100,
    live: random(2) === 1,
    description: words(40),
    note: random(3) === 0 ? `<p>${words(12)}</p>` : null,
  });
  const items: object[] = [];
  for (let length = 0; length < kilobytes * 1000;) {
    const next = item(items.length);
    items.push(next);
    length += JSON.stringify(next).length;
  }
  return Buffer.from(JSON.stringify({ object: "list", data: items }));
}

const bodies = new Map<string, Buffer>();
let served = 0;
const server = createServer((request, response) => {
  const path = request.url ?? "/2";
  const body = bodies.get(path) ?? bodyOf(Number(path.split("/").at(-1)));
  bodies.set(path, body);
  // The first customer's id is as long as before, and another.
  if (path.startsWith("/new/")) body.write(String(served++).padStart(14, "0"), body.indexOf("cus_") + 4, "latin1");
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": body.length });
  response.end(body);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(JSON.stringify({ port: typeof address === "object" ? address?.port : 0 }));
});
