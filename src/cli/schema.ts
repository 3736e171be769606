import { Command } from "commander";
import { schemaDiffCommand } from "./schema-diff.ts";

/** `lazaret schema`: what can be done with documents about responses. */
export function schemaCommand(): Command {
  return new Command("schema")
    .description("compare documents that say what responses look like")
    .usage("[command] [options]")
    .addCommand(schemaDiffCommand());
}
