import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { UsageError } from "./exit.ts";

/** What `lazaret init` writes: the smallest useful configuration, and what can be said beside it. */
export const STARTER = `# yaml-language-server: $schema=./node_modules/lazaret/schemas/lazaret.schema.json
# Lazaret's configuration. Check it with: lazaret check
listen: 127.0.0.1:8080 # applications use http://127.0.0.1:8080/acme/… instead of https://api.acme.example/…

policy: # defaults for every vendor
  mode: monitor # records what it would do; change to "enforce" when the findings look right
  # on: { prompt-injection: sanitize, leak: block } # category → report | sanitize | block

vendors:
  acme:
    upstream: https://api.acme.example
    # paths:
    #   - { path: "$.items[*].description", as: html } # html | text | code | opaque | file
    # exclude:
    #   - { rule: "942100", path: "$.query", route: "GET /search", until: 2027-01-31 }
    # policy: { mode: enforce }
`;

/** `lazaret init`: writes a commented starter configuration, and never over a file that is there. */
export function initCommand(): Command {
  return new Command("init")
    .description("write a commented starter lazaret.yaml")
    .argument("[file]", "file to write", "lazaret.yaml")
    .action(async (file: string) => {
      try {
        await writeFile(file, STARTER, { flag: "wx" });
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "EEXIST")
          throw new UsageError(`${file}: is there already; remove it first, or name another file`);
        throw error;
      }
      console.log(`${file}: written; next: lazaret check -c ${file}`);
    });
}
