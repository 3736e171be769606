import { Command } from "commander";
import { commandConfiguration } from "./configuration.ts";

/** `lazaret check`: validates the configuration and says what each vendor will get. */
export function checkCommand(): Command {
  return new Command("check")
    .description("validate the configuration and say what each vendor will get")
    .option("-c, --config <file>", "configuration file (default: lazaret.yaml where there is one)")
    .action(async ({ config }: { config?: string }) => {
      const { file, policies, defaultPolicy } = await commandConfiguration(config);
      console.log(`${file}: valid`);
      for (const [name, { upstream, mode, rules }] of [...policies, ["(any other)", defaultPolicy] as const])
        console.log(`${name}: ${upstream ?? "no upstream"}, ${mode}, rule packs ${rules.packs.join(", ") || "none"}`);
    });
}
