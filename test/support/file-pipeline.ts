import { fileURLToPath } from "node:url";
import { loadConfigText } from "../../src/config/load.ts";
import { createPipeline } from "../../src/core/pipeline.ts";
import type { Inspector, Verdict } from "../../src/core/verdict.ts";
import { createDecode } from "../../src/decode/decode.ts";
import { createFileDisarm } from "../../src/disarm/files.ts";
import { disarmByFormat, DISARMERS } from "../../src/disarm/registry.ts";
import { runFileTask } from "../../src/disarm/task.ts";
import { YaraEngine } from "../../src/inspect/antivirus/yara.ts";
import { createAntivirusStage } from "../../src/inspect/antivirus/stage.ts";
import { createSandboxStage } from "../../src/inspect/sandbox/stage.ts";
import type { Configuration } from "../../src/index.ts";
import { SandboxServices } from "../../src/sandbox-services.ts";

const YARA = fileURLToPath(new URL("../../rules/yara", import.meta.url));
const programs = { pdftoppm: undefined, soffice: undefined, qpdf: undefined, memory: 0, time: 0 };
let yara: YaraEngine | undefined;

/** The pipeline for files under a configuration, without rules: decoding, disarm, external services, and YARA where it is named. */
export function filePipeline(configuration: Configuration): Inspector {
  const loaded = loadConfigText(JSON.stringify(configuration), "test", {});
  const services = new SandboxServices(loaded);
  const run = async (task: Parameters<typeof runFileTask>[0]) => await runFileTask(task, DISARMERS);
  const files = createFileDisarm(DISARMERS, { run, programs });
  return createPipeline({
    decode: createDecode(files),
    stages: [
      createAntivirusStage(({ antivirus }) =>
        antivirus.engines.includes("yara") ? [(yara ??= new YaraEngine(YARA, true))] : [],
      ),
      createSandboxStage((policy) => services.of(policy)),
    ],
    disarm: disarmByFormat(files),
    policyOf: () => loaded.defaultPolicy,
    now: () => performance.now(),
    wallClock: () => Date.now(),
  });
}

/** What a pipeline says of a body. */
export async function verdictBy(inspector: Inspector, body: Uint8Array, contentType?: string): Promise<Verdict> {
  const request = { method: "GET", url: "/", headers: [] };
  const headers = contentType === undefined ? [] : [["Content-Type", contentType] as const];
  return await inspector.inspect({ vendor: undefined, request, status: 200, headers, body });
}
