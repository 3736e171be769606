import { Command, InvalidArgumentError } from "commander";
import { parseDuration } from "../config/units.ts";
import type { Drift, DriftQuery, DriftStore } from "../core/drift.ts";
import { commandConfiguration, vendorPolicy } from "./configuration.ts";
import { EXIT } from "./exit.ts";
import { openFilledStore } from "./state.ts";
import { table } from "./table.ts";

interface DriftOptions {
  readonly config?: string;
  readonly vendor?: string;
  readonly since?: number;
  readonly breaking?: true;
  readonly json?: true;
}

/** Rows that are asked of the store at one time. */
const PAGE = 1000;

/** `lazaret drift`: how responses differ from what is declared of them. */
export function driftCommand(): Command {
  return new Command("drift")
    .description("say how responses differ from what the schemas declare, since when and how often")
    .option("-c, --config <file>", "configuration file (default: lazaret.yaml where there is one)")
    .option("--vendor <name>", "only this vendor")
    .option("--since <duration>", "only what was seen within that time, such as 24h or 7d", age)
    .option("--breaking", "only what an application can fail over")
    .option("--json", "print one JSON object")
    .action(async ({ config, vendor, since, breaking, json }: DriftOptions) => {
      const loaded = await commandConfiguration(config);
      vendorPolicy(loaded, vendor);
      const store = openFilledStore(loaded);
      try {
        const query = {
          limit: PAGE,
          ...(vendor === undefined ? {} : { vendor }),
          ...(since === undefined ? {} : { since: Date.now() - since }),
        };
        const all = await everyPage(store, query);
        const drift = (breaking === true ? all.filter((one) => one.breaking) : all).toSorted(byWeight);
        if (json === true) console.log(JSON.stringify({ drift }, undefined, 2));
        else console.log(report(drift));
        process.exitCode = exitCodeOf(drift);
      } finally {
        await store.close();
      }
    });
}

function age(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

async function everyPage(store: DriftStore, query: DriftQuery): Promise<readonly Drift[]> {
  const { drift, next } = await store.drift(query);
  return next === undefined ? drift : [...drift, ...(await everyPage(store, { ...query, cursor: next }))];
}

/** What breaks first, then what is most frequent. */
function byWeight(a: Drift, b: Drift): number {
  return Number(b.breaking) - Number(a.breaking) || b.count - a.count;
}

function report(drift: readonly Drift[]): string {
  if (drift.length === 0) return "no drift: responses are as declared";
  const breaking = drift.filter((one) => one.breaking).length;
  const head = ["VENDOR", "ROUTE", "", "KIND", "PATH", "RESPONSES", "SINCE", "LAST", "EXAMPLE", "SCHEMA", "MESSAGE"];
  const rows = drift.map(columns);
  return [...table([head, ...rows]), `${drift.length} differences, ${breaking} of them breaking`].join("\n");
}

function columns({
  vendor,
  route,
  breaking,
  kind,
  path,
  count,
  first,
  last,
  example,
  schema,
  message,
}: Drift): string[] {
  const word = breaking ? "breaking" : "harmless";
  return [vendor, route, word, kind, path, String(count), minute(first), minute(last), example, schema, message];
}

function minute(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace("T", " ");
}

/** As for verdicts: 0 for none, 10 for what is harmless, 20 for what breaks. */
function exitCodeOf(drift: readonly Drift[]): number {
  if (drift.length === 0) return EXIT.pass;
  return drift.some(({ breaking }) => breaking) ? EXIT.blocked : EXIT.sanitized;
}
