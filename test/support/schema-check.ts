import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Action } from "../../src/core/category.ts";
import type { Difference, DifferenceKind } from "../../src/core/difference.ts";
import type { HeaderField } from "../../src/core/headers.ts";
import { createPipeline } from "../../src/core/pipeline.ts";
import type { DifferenceLevels } from "../../src/core/policy.ts";
import { createDecode } from "../../src/decode/decode.ts";
import { createFileDisarm } from "../../src/disarm/files.ts";
import { disarmByFormat, DISARMERS } from "../../src/disarm/registry.ts";
import { runFileTask } from "../../src/disarm/task.ts";
import type { VendorSchemas } from "../../src/inspect/schema/declaration.ts";
import { type ImportSettings, loadVendorSchemas } from "../../src/inspect/schema/load.ts";
import { createSchemaStage } from "../../src/inspect/schema/stage.ts";
import { defaultPolicy } from "./policy.ts";
import { temporaryFolder } from "./vendor.ts";
import { NO_PROGRAMS } from "./no-programs.ts";

/** Writes files into a new folder, what is no string as JSON. */
export function folderOf(files: Readonly<Record<string, unknown>>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content, undefined, 2));
  }
  return folder;
}

/** The schemas of a folder with these files. */
export function schemasOf(
  files: Readonly<Record<string, unknown>>,
  settings: Partial<ImportSettings> = {},
): VendorSchemas {
  return loadVendorSchemas(folderOf(files), { lenient: false, remote: {}, ...settings });
}

export interface Answer {
  readonly method?: string;
  readonly status?: number;
  readonly contentType?: string;
  readonly headers?: readonly HeaderField[];
}

/** What the schema stage alone makes of responses. */
export interface Checked {
  readonly verdict: string;
  readonly body: string;
  readonly findings: readonly {
    readonly kind: DifferenceKind | undefined;
    readonly at: string;
    readonly rule: string;
    readonly action: Action;
    readonly difference: Difference | undefined;
  }[];
}

/** A pipeline with no other stage than the schemas'. */
export function checkerOf(schemas: VendorSchemas, differences: DifferenceLevels = {}, time = 10_000) {
  const files = createFileDisarm(DISARMERS, {
    run: async (task) => await runFileTask(task, DISARMERS),
    programs: NO_PROGRAMS,
  });
  const policy = defaultPolicy();
  const inspector = createPipeline({
    decode: createDecode(files),
    stages: [createSchemaStage(new Map([["acme", schemas]]))],
    disarm: disarmByFormat(files),
    policyOf: () => ({ ...policy, limits: { ...policy.limits, time }, differences }),
    now: () => performance.now(),
    wallClock: () => Date.now(),
  });
  return async (url: string, body: unknown, answer: Answer = {}): Promise<Checked> => {
    const { method = "GET", status = 200, contentType = "application/json", headers = [] } = answer;
    const verdict = await inspector.inspect({
      vendor: "acme",
      request: { method, url, headers: [] },
      status,
      headers: [["Content-Type", contentType], ...headers],
      body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
    });
    return {
      verdict: verdict.verdict,
      body: Buffer.from(verdict.body).toString(),
      findings: verdict.findings.map(({ difference, location, rule, action }) => ({
        kind: difference?.kind,
        at: location.part === "body" ? location.path : location.part,
        rule,
        action,
        difference,
      })),
    };
  };
}

/** Kinds of difference of a response, in alphabetical order, and where they are. */
export function kindsOf({ findings }: Checked): readonly string[] {
  return findings.map(({ kind, at }) => `${kind} ${at}`).toSorted((a, b) => (a < b ? -1 : 1));
}
