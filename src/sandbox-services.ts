import type { LoadedConfig } from "./config/load.ts";
import type { ComponentHealth } from "./core/health.ts";
import type { Policy } from "./core/policy.ts";
import { RestService } from "./inspect/sandbox/rest-service.ts";

/** The external services that the policies of a configuration ask, each made once. */
export class SandboxServices {
  readonly #byName = new Map<string, RestService>();

  constructor({ policies, defaultPolicy }: LoadedConfig) {
    for (const { sandbox } of [defaultPolicy, ...policies.values()])
      for (const settings of sandbox)
        if (!this.#byName.has(settings.name))
          this.#byName.set(settings.name, new RestService(settings, () => performance.now()));
  }

  of({ sandbox }: Policy): readonly RestService[] {
    return sandbox.flatMap(({ name }) => this.#byName.get(name) ?? []);
  }

  async health(): Promise<readonly ComponentHealth[]> {
    return await Promise.all(Array.from(this.#byName.values(), async (service) => await service.health()));
  }
}
