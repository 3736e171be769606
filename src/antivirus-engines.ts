import { readFileSync } from "node:fs";
import { IcapClient } from "../icap/client/client.ts";
import { ConfigError } from "./config/config-error.ts";
import { besideConfiguration, type LoadedConfig } from "./config/load.ts";
import type { ComponentHealth } from "./core/health.ts";
import type { IcapScanner, Policy } from "./core/policy.ts";
import { ClamdEngine } from "./inspect/antivirus/clamd.ts";
import type { AntivirusEngine } from "./inspect/antivirus/engine.ts";
import { IcapEngine } from "./inspect/antivirus/icap.ts";
import { YaraEngine } from "./inspect/antivirus/yara.ts";

/** The antivirus engines that the policies of a configuration ask, each made once. */
export class AntivirusEngines {
  readonly #byPolicy = new Map<Policy["antivirus"], readonly AntivirusEngine[]>();
  readonly #clamds = new Map<string, ClamdEngine>();
  readonly #scanners = new Map<string, IcapEngine>();
  #yara: YaraEngine | undefined;

  /**
   * Throws `YaraError` where a policy asks YARA and a file of `yaraFolder` cannot be used, and `ConfigError` where the
   * authorities of an ICAP service cannot be read.
   */
  constructor(loaded: LoadedConfig, yaraFolder: string) {
    const { policies, defaultPolicy } = loaded;
    for (const { antivirus } of [defaultPolicy, ...policies.values()]) {
      const engines = antivirus.engines.map((name) => {
        if (name === "yara") return (this.#yara ??= new YaraEngine(yaraFolder, antivirus.required));
        const scanner = antivirus.icap.find(({ url }) => url === name);
        return scanner === undefined ? this.#clamd(antivirus) : this.#scanner(scanner, loaded);
      });
      this.#byPolicy.set(antivirus, engines);
    }
  }

  of({ antivirus }: Policy): readonly AntivirusEngine[] {
    return this.#byPolicy.get(antivirus) ?? [];
  }

  async health(): Promise<readonly ComponentHealth[]> {
    const engines = new Set([...this.#byPolicy.values()].flat());
    return await Promise.all(Array.from(engines, async (engine) => await engine.health()));
  }

  #scanner(scanner: IcapScanner, loaded: LoadedConfig): IcapEngine {
    const key = JSON.stringify(scanner);
    const engine = this.#scanners.get(key) ?? createScanner(scanner, loaded);
    this.#scanners.set(key, engine);
    return engine;
  }

  #clamd({ clamd: address, required, timeout, maxSize }: Policy["antivirus"]): ClamdEngine {
    const key = JSON.stringify([address, required, timeout, maxSize]);
    const engine =
      this.#clamds.get(key) ?? new ClamdEngine({ address, required, timeout, longest: maxSize, now: () => Date.now() });
    this.#clamds.set(key, engine);
    return engine;
  }
}

/** Bytes that a service's own page, or what it adds to content, may have. */
const SLACK = 2 ** 20;

function createScanner(scanner: IcapScanner, loaded: LoadedConfig): IcapEngine {
  const { url, timeout, connections, maxSize, unavailable, ca } = scanner;
  const client = new IcapClient(
    {
      url: new URL(url),
      timeout,
      connections,
      slack: SLACK,
      ca: ca === undefined ? undefined : authorities(ca, loaded),
      now: () => performance.now(),
    },
    maxSize,
  );
  return new IcapEngine({ client, place: url, longest: maxSize, unavailable, now: () => Date.now() });
}

function authorities(file: string, loaded: LoadedConfig): string {
  const path = besideConfiguration(loaded, file);
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const message = `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    throw new ConfigError(loaded.file, [{ key: "policy.antivirus.engines.ca", message }]);
  }
}
