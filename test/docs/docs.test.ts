import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { configurationPage, CONFIGURATION_KEYS } from "../../scripts/generate-config-docs.ts";
import { openApiDocument } from "../../src/admin/openapi.ts";
import { loadConfigText } from "../../src/config/load.ts";
import { CATEGORIES } from "../../src/core/category.ts";
import { PROBLEMS } from "../../src/core/problem.ts";
import { Metrics } from "../../src/telemetry/metrics.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PAGES = [
  "README.md",
  ...readdirSync(join(ROOT, "docs"), { encoding: "utf8" }).flatMap((name) =>
    name.endsWith(".md") ? [`docs/${name}`] : [],
  ),
];
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const documentation = PAGES.map(read).join("\n");

const helps = new Map<string, string>();

/** What a command prints with `--help`, each asked once. */
function helpOf(...words: string[]): string {
  const key = words.join(" ");
  const run = (): string =>
    spawnSync(process.execPath, [join(ROOT, "bin/lazaret.js"), ...words, "--help"], { encoding: "utf8" }).stdout;
  const help = helps.get(key) ?? run();
  helps.set(key, help);
  return help;
}

function sources(folder = "src"): string {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => read(join(folder, name)))
    .join("\n");
}

describe("everything there is, is documented", () => {
  it("configuration keys, from the schema itself", async () => {
    expect(await configurationPage()).toBe(read("docs/configuration.md"));
    expect(CONFIGURATION_KEYS.length).toBeGreaterThan(70);
  });

  it("categories and their default outcome", () => {
    for (const category of CATEGORIES) expect(read("docs/configuration.md")).toContain(`\`${category}\``);
  });

  it("commands and options", () => {
    const commandsOf = (help: string): string[] =>
      [...(help.split("\nCommands:\n")[1] ?? "").matchAll(/^ {2}(\w+) /gm)].flatMap(([, name = ""]) =>
        name === "help" ? [] : [name],
      );
    const commands = commandsOf(helpOf());
    expect(commands.toSorted()).toEqual([
      "check",
      "drift",
      "explain",
      "init",
      "learn",
      "rules",
      "scan",
      "schema",
      "start",
    ]);
    const below = commandsOf(helpOf("rules")).map((name) => ["rules", name]);
    expect(below.map(([, name]) => name)).toEqual(["list", "show", "test", "profile"]);
    below.push(...commandsOf(helpOf("schema")).map((name) => ["schema", name]));
    for (const words of [...commands.map((name) => [name]), ...below]) {
      expect(documentation).toMatch(new RegExp(`lazaret ${words.join(" ")}\\b`));
      const options = [...helpOf(...words).matchAll(/--[a-z-]+/g)].flatMap(([name]) =>
        name === "--help" ? [] : [name],
      );
      const page = words[0] === "rules" ? read("docs/rules.md") : documentation;
      for (const option of options) expect([words, option, page.includes(option)]).toEqual([words, option, true]);
    }
  }, 120_000);

  it("and every command and option of rules that is documented exists", () => {
    const page = read("docs/rules.md");
    for (const [, name = ""] of page.matchAll(/lazaret rules (\w+)/g))
      expect(["list", "show", "test", "profile"]).toContain(name);
    const known = new Set(
      ["list", "show", "test", "profile"].flatMap((name) => helpOf("rules", name).match(/--[a-z-]+/g) ?? []),
    );
    for (const [option] of page.matchAll(/(?<![\w-])--[a-z][a-z-]+/g))
      expect([option, known.has(option)]).toEqual([option, true]);
  }, 120_000);

  it("header fields of its own", () => {
    const fields = new Set(sources().match(/\bLazaret-[A-Z][a-z]+\b/g));
    expect(fields.size).toBeGreaterThanOrEqual(8);
    for (const field of fields) expect([field, documentation.includes(field)]).toEqual([field, true]);
  });

  it("endpoints and problems", () => {
    const { paths } = openApiDocument() as { paths: Record<string, object> };
    for (const [path, operations] of Object.entries(paths))
      for (const method of Object.keys(operations))
        if (method !== "parameters") expect(read("docs/admin.md")).toContain(`\`${method.toUpperCase()} ${path}\``);
    for (const kind of Object.keys(PROBLEMS))
      expect([kind, documentation.includes(`urn:lazaret:${kind}`)]).toEqual([kind, true]);
  });

  it("metrics", async () => {
    const names = (await new Metrics().snapshot()).map(({ name }) => name);
    for (const name of names)
      expect([name, read("docs/admin.md").includes(name.replace("lazaret_", ""))]).toEqual([name, true]);
  });
});

it("links between pages lead somewhere", () => {
  for (const page of PAGES)
    for (const [, target = ""] of read(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
      const path = join(ROOT, page, "..", target);
      expect(() => readdirSync(join(path, ".."))).not.toThrow();
      expect([page, target, readdirSync(join(path, "..")).includes(path.split("/").at(-1) ?? "")]).toEqual([
        page,
        target,
        true,
      ]);
    }
});

it("the schema's defaults are those in force", () => {
  const schema: { definitions: { policy: { properties: Record<string, SchemaNode> } } } = JSON.parse(
    read("schemas/lazaret.schema.json"),
  );
  const explicit = Object.fromEntries(
    ["mode", "limits", "rules", "redaction", "redirects", "disarm"].map((key) => [
      key,
      defaultOf(schema.definitions.policy.properties[key] ?? {}),
    ]),
  );
  const { defaultPolicy } = loadConfigText(JSON.stringify({ policy: explicit }), "test", {});
  expect(JSON.stringify(explicit)).toContain("64KiB");
  expect(defaultPolicy).toEqual(loadConfigText("{}", "test", {}).defaultPolicy);
});

interface SchemaNode {
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
}

function defaultOf({ default: value, properties }: SchemaNode): unknown {
  if (properties === undefined) return value;
  return Object.fromEntries(Object.entries(properties).map(([name, node]) => [name, defaultOf(node)]));
}
