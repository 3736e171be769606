import { existsSync } from "node:fs";
import { Command } from "commander";
import { type RunningApp, startApp } from "../app.ts";
import { ConfigError } from "../config/config-error.ts";
import { type LoadedConfig, loadConfigFile, loadConfigText } from "../config/load.ts";
import { type DemoVendor, startDemoVendor } from "../demo/vendor.ts";
import { DEFAULT_FILE } from "./configuration.ts";

interface StartOptions {
  readonly config?: string;
  readonly logFormat: "pretty" | "json";
}

/** `lazaret start`: opens every configured door; with no configuration, fronts the bundled demo vendor. */
export function startCommand(): Command {
  return new Command("start")
    .description("start every configured door; without a configuration, front the bundled demo vendor")
    .option("-c, --config <file>", "configuration file (default: lazaret.yaml where there is one)")
    .option("--log-format <format>", "pretty or json", "pretty")
    .action(async ({ config, logFormat }: StartOptions) => {
      const file = config ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);
      const demo = file === undefined ? await startDemoVendor() : undefined;
      const app = await startApp(
        file === undefined ? demoConfiguration(demo?.url ?? "") : await loadConfigFile(file, process.env),
      );
      announce(app, logFormat, demo);
      process.on("SIGHUP", () => void reload(app, file));
      for (const signal of ["SIGINT", "SIGTERM"] as const)
        process.once(signal, () => {
          demo?.close();
          void app.close().then(() => process.exit(0));
        });
    });
}

function demoConfiguration(upstream: string): LoadedConfig {
  const vendors = { demo: { upstream, insecure: true } };
  return loadConfigText(JSON.stringify({ vendors }), "(embedded defaults)", process.env);
}

function announce(app: RunningApp, format: StartOptions["logFormat"], demo: DemoVendor | undefined): void {
  if (format === "json") {
    console.log(JSON.stringify({ msg: "ready", gateway: app.gatewayUrl }));
    return;
  }
  console.log(`ready: gateway ${app.gatewayUrl}`);
  if (demo === undefined) return;
  console.log(`\nNo configuration, so the bundled demo vendor at ${demo.url} is fronted. Compare, before and after:`);
  for (const { path, what, expected } of demo.responses)
    console.log(`\n  # ${expected}: ${what}\n  curl -i ${demo.url}${path}\n  curl -i ${app.gatewayUrl}/demo${path}`);
  console.log(`\n  # sanitized as it flows: a stream without end\n  curl -iN ${app.gatewayUrl}/demo/events`);
}

/** An invalid new configuration is refused with its errors, and the old one goes on serving. */
async function reload(app: RunningApp, file: string | undefined): Promise<void> {
  if (file === undefined) return;
  try {
    await app.reload(await loadConfigFile(file, process.env));
    console.error(`${file}: reloaded`);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(`${error.message}\n${file}: not reloaded; the former configuration goes on serving`);
  }
}
