import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { ConfigError } from "../config/config-error.ts";
import { keepDerived, recallKept } from "../derived-cache.ts";
import { YaraError } from "../inspect/antivirus/yara.ts";
import { RuleError } from "../inspect/rules/seclang/rule-error.ts";
import { SchemaError } from "../inspect/schema/schema-error.ts";
import { checkCommand } from "./check.ts";
import { driftCommand } from "./drift.ts";
import { explainCommand } from "./explain.ts";
import { EXIT, UsageError } from "./exit.ts";
import { initCommand } from "./init.ts";
import { LearnedDocumentError } from "../learn/document.ts";
import { learnCommand } from "./learn.ts";
import { rulesCommand } from "./rules.ts";
import { SchemaDocumentError } from "../schema-diff/document.ts";
import { scanCommand } from "./scan.ts";
import { schemaCommand } from "./schema.ts";
import { startCommand } from "./start.ts";

/** Of the package, which is two folders up, before and after it was built. */
const { version }: { version: string } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
);

const program = new Command("lazaret")
  .description("Inspects and disarms the responses of third-party APIs before applications trust them.")
  .version(version, "-V, --version", "print the version")
  .exitOverride()
  .configureOutput({ writeErr: (text) => process.stderr.write(text) })
  .addCommand(startCommand())
  .addCommand(scanCommand())
  .addCommand(checkCommand())
  .addCommand(initCommand())
  .addCommand(explainCommand())
  .addCommand(learnCommand())
  .addCommand(driftCommand())
  .addCommand(rulesCommand())
  .addCommand(schemaCommand());
// Commands made apart do not inherit how errors leave.
for (const command of program.commands) for (const one of [command, ...command.commands]) one.exitOverride();

/** Errors in what users write, which say what, where and what to do. */
const EXPECTED = [
  ConfigError,
  RuleError,
  YaraError,
  SchemaError,
  LearnedDocumentError,
  SchemaDocumentError,
  UsageError,
];

// What only prints help has no use for it.
program.hook("preAction", () => {
  recallKept();
  process.once("exit", () => keepDerived());
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
  // A worker's channel to its primary would keep it alive.
  if (process.connected) process.disconnect?.();
}

/** Says what went wrong, one line a problem, and gives the exit code for it. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.pass : EXIT.usage;
  if (error instanceof Error && EXPECTED.some((kind) => error instanceof kind)) {
    console.error(error.message);
    return EXIT.usage;
  }
  console.error(`lazaret: ${error instanceof Error ? error.message : String(error)}`);
  return EXIT.failure;
}
