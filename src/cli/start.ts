import { existsSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Command, Option } from "commander";
import { type LoadedConfig, loadConfigFile, loadConfigText } from "../config/load.ts";
import { type DemoVendor, startDemoVendor } from "../demo/vendor.ts";
import { type Service, startService } from "../service.ts";
import { isWorkerProcess, runWorker, startCluster, workerCount } from "../workers.ts";
import { createLog } from "../telemetry/log.ts";
import { DEFAULT_FILE } from "./configuration.ts";
import { type FileWatch, type Watched, watchPaths } from "./watch.ts";

/** The gateway's port where nothing else is configured. */
const DEMO_PORT = 8080;
const DEMO_SCHEMAS = fileURLToPath(new URL("../../schemas/demo", import.meta.url));

type LogFormat = "pretty" | "json";

interface StartOptions {
  readonly config?: string;
  readonly logFormat?: LogFormat;
}

/** `lazaret start`: opens every configured door; with no configuration, fronts the bundled demo vendor. */
export function startCommand(): Command {
  return new Command("start")
    .description("start every configured door; without a configuration, front the bundled demo vendor")
    .option("-c, --config <file>", "configuration file (default: lazaret.yaml where there is one)")
    .addOption(new Option("--log-format <format>", "pretty for people, json for machines").choices(["pretty", "json"]))
    .action(async ({ config, logFormat }: StartOptions) => {
      const file = config ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);
      const demo = file === undefined ? await startDemoVendor() : undefined;
      const listen = file === undefined && !(await isFree(DEMO_PORT)) ? "127.0.0.1:0" : undefined;
      const load = async (): Promise<LoadedConfig> =>
        file === undefined ? demoConfiguration(demo?.url ?? "", listen) : await loadConfigFile(file, process.env);
      const { configuration } = await load();
      const format = logFormat ?? configuration.logs?.format ?? "pretty";
      const log = createLog(configuration.logs?.level ?? "info", format);
      if (isWorkerProcess()) {
        await runWorker({ load, log });
        return;
      }
      const workers = workerCount(configuration.workers);
      const service = workers === 1 ? await startService({ load, log }) : await startCluster(workers, { load, log });
      announce(service, format, demo);
      process.on("SIGHUP", () => void service.reload());
      const watching = file === undefined ? undefined : watchConfiguration(file, await load(), load, service);
      for (const signal of ["SIGINT", "SIGTERM"] as const)
        process.once(signal, () => {
          demo?.close();
          watching?.close();
          void service.close().then(() => process.exit(0));
        });
    });
}

/** Reloads when something changes that the configuration in force was read from. */
function watchConfiguration(
  file: string,
  loaded: LoadedConfig,
  load: () => Promise<LoadedConfig>,
  service: Service,
): FileWatch {
  const onChange = async (): Promise<void> => {
    const problems = await service.reload();
    if (problems.length > 0 || isClosed) return;
    // It may name other files now.
    const next = await load().catch(() => undefined);
    if (next === undefined || isClosed) return;
    const former = watching;
    watching = watchPaths(readFrom(file, next), () => void onChange());
    former.close();
  };
  let isClosed = false;
  let watching = watchPaths(readFrom(file, loaded), () => void onChange());
  return {
    close: () => {
      isClosed = true;
      watching.close();
    },
  };
}

/** What a configuration is read from: its file, certificates, and the folders of schemas and rules that it names. */
function readFrom(file: string, { configuration }: LoadedConfig): Watched {
  const vendors = Object.values(configuration.vendors ?? {});
  const packs = [configuration.policy, ...vendors.map(({ policy }) => policy)].flatMap(
    (policy) => policy?.rules?.packs ?? [],
  );
  const schemas = vendors.flatMap(({ schemas: path, schemaImport }) => [
    ...(path === undefined ? [] : [path]),
    ...Object.values(schemaImport?.remote ?? {}),
  ]);
  const { certificate, key, clients } = configuration.icap?.tls ?? {};
  const certificates = [certificate, key, clients].filter((path) => path !== undefined);
  const beside = (path: string): string => resolve(dirname(file), path);
  const named = new Set([...packs.filter((pack) => pack !== "lazaret"), ...schemas].map(beside));
  const { documents = [], trees = [] } = Object.groupBy(named, (path) => (isFile(path) ? "documents" : "trees"));
  return {
    files: [resolve(file), ...certificates.map(beside)],
    // A document may refer to others beside it. What is further below such a folder can be anything.
    folders: [...new Set(documents.map((path) => dirname(path)))],
    trees,
  };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Whether a port of this machine can be listened on. */
async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return await new Promise((settle) => {
    server.once("error", () => settle(false));
    server.listen(port, "127.0.0.1", () => server.close(() => settle(true)));
  });
}

/** A newcomer whose usual port is taken is to see the demo all the same: it then gets another. */
function demoConfiguration(upstream: string, listen: string | undefined): LoadedConfig {
  const vendors = { demo: { upstream, insecure: true, schemas: DEMO_SCHEMAS } };
  return loadConfigText(JSON.stringify({ listen, vendors }), "(embedded defaults)", process.env);
}

function announce(
  { gatewayUrl, icapUrl, icapsUrl, adminUrl }: Service,
  format: LogFormat,
  demo: DemoVendor | undefined,
): void {
  if (format === "json") {
    console.log(
      JSON.stringify({
        msg: "ready",
        gateway: gatewayUrl,
        admin: adminUrl,
        icap: icapUrl ?? icapsUrl,
        icaps: icapsUrl,
      }),
    );
    return;
  }
  const doors = { gateway: gatewayUrl, admin: adminUrl, icap: icapUrl, icaps: icapsUrl };
  const open = Object.entries(doors).flatMap(([name, url]) => (url === undefined ? [] : [`${name} ${url}`]));
  console.log(`ready: ${open.join(", ")}`);
  if (demo === undefined) return;
  console.log(`\nNo configuration, so the bundled demo vendor at ${demo.url} is fronted. Compare, before and after:`);
  for (const { path, what, expected } of demo.responses)
    console.log(`\n  # ${expected}: ${what}\n  curl -i ${demo.url}${path}\n  curl -i ${gatewayUrl}/demo${path}`);
  console.log(`\n  # sanitized as it flows: a stream without end\n  curl -iN ${gatewayUrl}/demo/events`);
  if (adminUrl !== undefined) console.log(`\n  # what was found, and why\n  curl ${adminUrl}/v1/incidents`);
}
