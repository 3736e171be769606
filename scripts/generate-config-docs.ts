/** Writes the table of keys in `docs/configuration.md` from the configuration's JSON Schema. */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const SCHEMA = new URL("../schemas/lazaret.schema.json", import.meta.url);
const PAGE = new URL("../docs/configuration.md", import.meta.url);
const BEGIN = "<!-- keys: written by scripts/generate-config-docs.ts -->";
const END = "<!-- end of keys -->";

interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

const root: Schema = JSON.parse(await readFile(SCHEMA, "utf8"));

/** Every key with its path, its own definition before the one that it refers to. */
function* keysOf(schema: Schema, path: string): Generator<{ readonly path: string; readonly schema: Schema }> {
  const whole = resolved(schema);
  for (const [name, child] of Object.entries(whole.properties ?? {})) {
    const at = path === "" ? name : `${path}.${name}`;
    const merged = { ...resolved(child), ...child };
    yield { path: at, schema: merged };
    // The policy of a vendor and what paths and routes have of it are those that stand above.
    const isRepeated = at === "vendors.*.policy" || (at.startsWith("vendors.") && /^(?:on|disarm)$/.test(name));
    if (!isRepeated) yield* keysOf(child, at);
  }
  if (typeof whole.additionalProperties === "object") yield* keysOf(whole.additionalProperties, `${path}.*`);
  if (whole.items !== undefined) yield* keysOf(whole.items, `${path}[]`);
  for (const choice of whole.anyOf ?? []) yield* keysOf(choice, path);
}

function resolved(schema: Schema): Schema {
  const parts = [...(schema.allOf ?? []), ...(schema.$ref === undefined ? [] : [{ $ref: schema.$ref }])];
  return parts.reduce<Schema>((merged, part) => {
    const target = part.$ref === undefined ? part : root.definitions?.[part.$ref.replace("#/definitions/", "")];
    return { ...resolved(target ?? {}), ...merged };
  }, schema);
}

/** The keys of the configuration by path, for tests of the documentation. */
export const CONFIGURATION_KEYS: readonly string[] = [...keysOf(root, "")].map(({ path }) => path);

/** The page with its table of keys as the schema has it now. */
export async function configurationPage(): Promise<string> {
  const page = await readFile(PAGE, "utf8");
  const rows = [...keysOf(root, "")]
    .filter(({ path }) => !path.startsWith("policy.on."))
    .map(({ path, schema }) => `| \`${path}\` | ${describe(schema)} | ${fallback(schema)} |`);
  const table = [BEGIN, "", "| key | meaning | default |", "| --- | --- | --- |", ...rows, "", END].join("\n");
  const before = page.slice(0, page.indexOf(BEGIN));
  return before + table + page.slice(page.indexOf(END) + END.length);
}

function describe({ description = "", enum: values }: Schema): string {
  const choice = values === undefined ? "" : ` One of ${values.map((value) => `\`${String(value)}\``).join(", ")}.`;
  return `${description}${choice}`.replaceAll("|", String.raw`\|`);
}

function fallback(schema: Schema): string {
  return schema.default === undefined ? "" : `\`${JSON.stringify(schema.default).replaceAll(/^"|"$/g, "")}\``;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(PAGE, await configurationPage());
