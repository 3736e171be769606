import type { LoadedConfig } from "./config/load.ts";
import type { ComponentHealth } from "./core/health.ts";
import type { Policy } from "./core/policy.ts";
import { ClamdEngine } from "./inspect/antivirus/clamd.ts";
import type { AntivirusEngine } from "./inspect/antivirus/engine.ts";
import { YaraEngine } from "./inspect/antivirus/yara.ts";

/** The antivirus engines that the policies of a configuration ask, each made once. */
export class AntivirusEngines {
  readonly #byPolicy = new Map<Policy["antivirus"], readonly AntivirusEngine[]>();
  readonly #clamds = new Map<string, ClamdEngine>();
  #yara: YaraEngine | undefined;

  /** Throws `YaraError` where a policy asks YARA and a file of `yaraFolder` cannot be used. */
  constructor({ policies, defaultPolicy }: LoadedConfig, yaraFolder: string) {
    for (const { antivirus } of [defaultPolicy, ...policies.values()]) {
      const engines = antivirus.engines.map((name) =>
        name === "yara" ? (this.#yara ??= new YaraEngine(yaraFolder, antivirus.required)) : this.#clamd(antivirus),
      );
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

  #clamd({ clamd: address, required, timeout, maxSize }: Policy["antivirus"]): ClamdEngine {
    const key = JSON.stringify([address, required, timeout, maxSize]);
    const engine =
      this.#clamds.get(key) ?? new ClamdEngine({ address, required, timeout, longest: maxSize, now: () => Date.now() });
    this.#clamds.set(key, engine);
    return engine;
  }
}
