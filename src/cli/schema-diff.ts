import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { ApiDocument } from "../schema-diff/document.ts";
import { diffDocuments, type DocumentChange } from "../schema-diff/diff.ts";
import { EXIT, UsageError } from "./exit.ts";
import { table } from "./table.ts";

/** `lazaret schema diff`: what changed for who consumes the responses. */
export function schemaDiffCommand(): Command {
  return new Command("diff")
    .description("say what differs between two OpenAPI documents, and what of it breaks consumers of the responses")
    .argument("<old>", "OpenAPI or Swagger document, JSON or YAML")
    .argument("<new>", "the same, later")
    .option("--json", "print one JSON object")
    .action(async (old: string, now: string, { json }: { json?: true }) => {
      const changes = diffDocuments({ before: await read(old), after: await read(now) });
      const breaking = changes.filter((change) => change.breaking).length;
      if (json === true) console.log(JSON.stringify({ breaking, compatible: changes.length - breaking, changes }));
      else console.log([...table(changes.map(columns)), summary(changes.length, breaking)].join("\n"));
      process.exitCode = breaking > 0 ? EXIT.blocked : changes.length > 0 ? EXIT.sanitized : EXIT.pass;
    });
}

async function read(file: string): Promise<ApiDocument> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file}: cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return new ApiDocument(text, file);
}

function columns({ breaking, kind, route, status, mediaType, path, message }: DocumentChange): string[] {
  // JSON is what nearly all of it is about.
  const content = mediaType === "application/json" ? undefined : mediaType;
  const where = [route, status, content, path].filter((part) => part !== undefined).join(" ");
  return [breaking ? "BREAKING" : "compatible", kind, where, message];
}

function summary(all: number, breaking: number): string {
  return all === 0 ? "no differences" : `${all} differences, ${breaking} of them breaking`;
}
