import type { LoadedConfig } from "./config/load.ts";
import { createPipeline } from "./core/pipeline.ts";
import type { Stage } from "./core/stage.ts";
import type { Inspector } from "./core/verdict.ts";
import { decode } from "./decode/decode.ts";
import { DISARM } from "./disarm/registry.ts";
import { createHeadersStage } from "./inspect/headers/stage.ts";
import { createTextStage } from "./inspect/text/stage.ts";

/** Every stage, in the order of their findings. A new stage is one line here. */
function createStages(): Stage[] {
  return [createHeadersStage(), createTextStage()];
}

/** The one inspector that all doors of a process share, under one configuration. */
export function composeInspector(loaded: LoadedConfig): Inspector {
  return createPipeline({
    decode,
    stages: createStages(),
    disarm: DISARM,
    policyOf: (vendor) => (vendor === undefined ? undefined : loaded.policies.get(vendor)) ?? loaded.defaultPolicy,
    now: () => performance.now(),
    wallClock: () => Date.now(),
  });
}
