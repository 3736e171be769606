import { Command } from "commander";
import { rulesListCommand } from "./rules-list.ts";
import { rulesProfileCommand } from "./rules-profile.ts";
import { rulesShowCommand } from "./rules-show.ts";
import { rulesTestCommand } from "./rules-test.ts";

/** `lazaret rules`: what is known about the loaded rules. */
export function rulesCommand(): Command {
  return new Command("rules")
    .description("list, show, test and profile the loaded rules")
    .usage("[command] [options]")
    .addCommand(rulesListCommand())
    .addCommand(rulesShowCommand())
    .addCommand(rulesTestCommand())
    .addCommand(rulesProfileCommand());
}
