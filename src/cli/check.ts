import { connect } from "node:net";
import { Command } from "commander";
import { composeHealth, loadSchemas } from "../app.ts";
import type { LoadedConfig } from "../config/load.ts";
import { resolveTimeouts } from "../config/resolve.ts";
import type { ComponentHealth } from "../core/health.ts";
import type { Policy } from "../core/policy.ts";
import { icapCertificates } from "../icap-door.ts";
import { rulesInForce } from "../inspect/rules/in-force.ts";
import type { Pack } from "../inspect/rules/load.ts";
import { problemLine } from "../inspect/rules/seclang/rule-error.ts";
import type { VendorSchemas } from "../inspect/schema/declaration.ts";
import { settle } from "../inspect/rules/settle.ts";
import { loadPacks, packWarnings } from "../packs.ts";
import { tryStateFolder } from "../state-folder.ts";
import { vendorRoutes } from "../vendor-routes.ts";
import { commandConfiguration } from "./configuration.ts";
import { EXIT } from "./exit.ts";

/** `lazaret check`: validates everything that the configuration names, tries what it needs, and says what each vendor will get. */
export function checkCommand(): Command {
  return new Command("check")
    .description(
      "validate configuration, rules and schemas, try upstreams and antivirus, and say what each vendor will get",
    )
    .option("-c, --config <file>", "configuration file (default: lazaret.yaml where there is one)")
    .action(async ({ config }: { config?: string }) => {
      const loaded = await commandConfiguration(config);
      vendorRoutes(loaded);
      icapCertificates(loaded);
      tryStateFolder(loaded);
      const packs = await loadPacks(loaded);
      const schemas = await loadSchemas(loaded);
      for (const one of schemas.values()) one.compile();
      const components = await composeHealth(loaded, packs, schemas);
      for (const warning of packWarnings(packs)) console.error(problemLine(warning));
      for (const [vendor, { repairs }] of schemas) for (const repair of repairs) console.error(`${vendor}: ${repair}`);
      for (const name of unusedSandboxes(loaded))
        console.error(`${loaded.file}: sandboxes.${name}: no policy.sandbox names it, so nothing is sent to it`);
      console.log(`${loaded.file}: valid`);
      for (const component of components) console.log(componentLine(component));
      await Promise.all(
        Array.from(loaded.policies, async ([name, policy]) => {
          console.log(vendorLine(name, policy, schemas.get(name), packs, await upstreamProblem(name, loaded)));
        }),
      );
      console.log(vendorLine("(any other)", loaded.defaultPolicy, undefined, packs, undefined));
      // An upstream that cannot be reached from here is said, and no failure: a check often runs where vendors are out of reach.
      if (components.some(({ state, required }) => required && state !== "up")) process.exitCode = EXIT.failure;
    });
}

function unusedSandboxes({ configuration, policies, defaultPolicy }: LoadedConfig): string[] {
  const used = new Set([defaultPolicy, ...policies.values()].flatMap(({ sandbox }) => sandbox.map(({ name }) => name)));
  return Object.keys(configuration.sandboxes ?? {}).filter((name) => !used.has(name));
}

function componentLine({ name, state, required, detail }: ComponentHealth): string {
  const use =
    state === "absent" ? "not used, since it is not there and nobody named it" : required ? "required" : "used";
  return `${name}: ${state}, ${use}: ${detail}`;
}

function vendorLine(
  name: string,
  { upstream, mode, rules, antivirus, sandbox }: Policy,
  schemas: VendorSchemas | undefined,
  packs: ReadonlyMap<string, Pack>,
  problem: string | undefined,
): string {
  return [
    `${name}: ${upstream ?? "no upstream"}${problem === undefined ? "" : ` (${problem})`}`,
    mode,
    `rule packs ${rules.packs.join(", ") || "none"} at ${rules.paranoia === undefined ? "their own paranoia" : `paranoia ${rules.paranoia}`}`,
    `${countInForce(rules, packs)} rules in force`,
    `schemas ${schemas?.summary ?? "none"}`,
    `antivirus ${antivirus.engines.join(", ") || "off"}`,
    ...(sandbox.length === 0 ? [] : [`sandbox ${sandbox.map((service) => service.name).join(", ")}`]),
  ].join("; ");
}

function countInForce(rules: Policy["rules"], packs: ReadonlyMap<string, Pack>): number {
  const statements = rules.packs.flatMap((name) => packs.get(name)?.statements ?? []);
  return rulesInForce(settle(statements, rules), statements, rules).rules.length;
}

/** Whether anything listens where the vendor is; undefined where it does. */
async function upstreamProblem(name: string, { configuration }: LoadedConfig): Promise<string | undefined> {
  const vendor = configuration.vendors?.[name];
  if (vendor === undefined) return undefined;
  const { hostname, port, protocol } = new URL(vendor.upstream);
  const socket = connect({
    host: hostname.replaceAll(/^\[|\]$/g, ""),
    port: port === "" ? (protocol === "http:" ? 80 : 443) : Number(port),
    timeout: resolveTimeouts(configuration, vendor).connect,
  });
  return await new Promise((resolve) => {
    const answer = (problem: string | undefined): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.once("connect", () => answer(undefined));
    socket.once("timeout", () => answer("NOT REACHABLE: nothing answered in time"));
    socket.once("error", (error) => answer(`NOT REACHABLE: ${error.message}`));
  });
}
