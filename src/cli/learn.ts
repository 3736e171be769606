import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { Command } from "commander";
import type { LoadedConfig } from "../config/load.ts";
import type { Finding } from "../core/finding.ts";
import { compileRoute } from "../core/route.ts";
import { createInspector, type LibraryInspector } from "../index.ts";
import { exchangeOf } from "../inspection-input.ts";
import { readDocument, writeDocument } from "../learn/document.ts";
import type { LearnedApi } from "../learn/learned-api.ts";
import { Learner } from "../learn/learner.ts";
import { flagsOf, observationOf } from "../learn/observation.ts";
import { recordingPath } from "../recordings.ts";
import { commandConfiguration } from "./configuration.ts";
import { EXIT, UsageError } from "./exit.ts";
import { writeOutput } from "./files.ts";
import { type LearnInput, type RecordedExchange, recordedExchanges, recordedSince } from "./learn-inputs.ts";
import { collect } from "./rule-policy.ts";

interface LearnOptions {
  readonly config?: string;
  readonly vendor: string;
  readonly output?: string;
  readonly route?: readonly string[];
}

/** `lazaret learn`: what a vendor's responses look like, as an OpenAPI document. */
export function learnCommand(): Command {
  return new Command("learn")
    .description("learn from recorded exchanges what a vendor's responses look like, as an OpenAPI document")
    .argument(
      "[inputs...]",
      "HAR files, exchanges as NDJSON, - for standard input (default: what the gateway recorded)",
    )
    .requiredOption("--vendor <name>", "vendor whose responses are learned")
    .option("-c, --config <file>", "configuration file (default: lazaret.yaml where there is one)")
    .option("--output <file>", "document to write; what an earlier run learned stays in it (default: standard output)")
    .option("--route <template>", "a path whose parameters are known, such as /users/{login}; can be repeated", collect)
    .action(async (inputs: readonly string[], options: LearnOptions) => {
      const loaded = await commandConfiguration(options.config);
      const { output, vendor, route: templates = [] } = options;
      for (const template of templates) checkTemplate(template);
      const before =
        output !== undefined && existsSync(output) ? readDocument(await readFile(output, "utf8"), output) : undefined;
      if (before !== undefined && before.vendor !== vendor)
        throw new UsageError(`${output}: was learned of ${before.vendor}, not of ${vendor}; name another --output`);
      const session = new LearnSession(loaded, vendor, new Learner(vendor, before, templates));
      const failed =
        inputs.length === 0
          ? await session.readRecording(recordingOf(loaded, vendor), before?.recorded)
          : await session.readAll(inputs);
      const learned = session.learner.learned();
      if (learned.exchanges === 0)
        throw new UsageError(`nothing of ${vendor} to learn from; ${session.summary(learned)}`);
      if (output === undefined) process.stdout.write(writeDocument(learned));
      else await writeOutput(output, writeDocument(learned));
      console.error(session.summary(learned));
      process.exitCode = failed ? EXIT.failure : EXIT.pass;
    });
}

function checkTemplate(template: string): void {
  if (!template.startsWith("/")) throw new UsageError(`--route: "${template}" is no path, such as /users/{login}`);
  compileRoute(template);
}

function recordingOf(loaded: LoadedConfig, vendor: string): string {
  const path = recordingPath(loaded, vendor);
  if (!existsSync(path))
    throw new UsageError(
      `learn: name inputs, or let the gateway record with vendors.${vendor}.record; ${path} is not there`,
    );
  return path;
}

/** One run: what was learned, and what was not and why. */
class LearnSession {
  readonly learner: Learner;
  readonly #loaded: LoadedConfig;
  readonly #vendor: string;
  readonly #reasons = new Map<string, number>();
  #learned = 0;
  #setAside = 0;
  #others = 0;
  #withoutContent = 0;
  #known = 0;

  constructor(loaded: LoadedConfig, vendor: string, learner: Learner) {
    this.#loaded = loaded;
    this.#vendor = vendor;
    this.learner = learner;
  }

  /** Whether something in the inputs could not be read, which is then said. */
  async readAll(inputs: readonly string[]): Promise<boolean> {
    return await this.#read(inputs.map((input) => recordedExchanges(input, this.#upstreamHost())));
  }

  /** As `readAll`, what the gateway recorded since an earlier run. */
  async readRecording(path: string, last: string | undefined): Promise<boolean> {
    return await this.#read([recordedSince(path, last)], (id) => this.learner.readTo(id));
  }

  async #read(inputs: readonly AsyncGenerator<LearnInput>[], onId?: (id: string) => void): Promise<boolean> {
    const inspector = await createInspector(this.#loaded);
    let failed = false;
    try {
      for (const input of inputs)
        for await (const one of input) {
          failed = (await this.#take(one, inspector)) || failed;
          if (one.kind === "exchange" && one.id !== undefined) onId?.(one.id);
        }
    } finally {
      await inspector.close();
    }
    return failed;
  }

  #upstreamHost(): string | undefined {
    const upstream = this.#loaded.configuration.vendors?.[this.#vendor]?.upstream;
    return upstream === undefined ? undefined : new URL(upstream).host;
  }

  async #take(input: LearnInput, inspector: LibraryInspector): Promise<boolean> {
    if (input.kind === "problem") {
      console.error(`${input.place}: ${input.message}`);
      return true;
    }
    if (input.kind === "known") this.#known++;
    else if (input.kind === "without-content") this.#withoutContent += input.count;
    else if (input.kind === "other-host" || (input.vendor ?? this.#vendor) !== this.#vendor) this.#others++;
    else await this.#learn(input, inspector);
    return false;
  }

  async #learn({ place, exchange: given, redacted }: RecordedExchange, inspector: LibraryInspector): Promise<void> {
    const exchange = await exchangeOf({ ...given, vendor: this.#vendor });
    const flags = flagsOf(await inspector.inspect({ ...given, vendor: this.#vendor }));
    if (flags.length > 0) {
      this.#setAside++;
      this.learner.setAside();
      this.#sayWhy(place, flags);
      return;
    }
    const { policies, defaultPolicy } = this.#loaded;
    const policy = policies.get(this.#vendor) ?? defaultPolicy;
    this.learner.add({ ...observationOf(exchange, policy, () => performance.now()), redacted });
    this.#learned++;
  }

  /** Each rule is said once, with where it was first seen. */
  #sayWhy(place: string, flags: readonly Finding[]): void {
    for (const { rule, category, message, location } of flags) {
      const seen = this.#reasons.get(rule) ?? 0;
      this.#reasons.set(rule, seen + 1);
      if (seen === 0)
        console.error(`${place}: set aside: ${category} ${rule} at ${location.part} ${location.path}: ${message}`);
    }
  }

  summary({ routes, exchanges }: LearnedApi): string {
    const rules = [...this.#reasons].map(([rule, count]) => `${rule} (${count})`).join(", ");
    return [
      `learned from ${this.#learned} exchanges; ${exchanges} in all, of ${routes.length} routes`,
      ...(this.#setAside === 0 ? [] : [`${this.#setAside} set aside, flagged by ${rules}`]),
      ...(this.#known === 0 ? [] : [`${this.#known} were learned from before`]),
      ...(this.#others === 0 ? [] : [`${this.#others} of other vendors`]),
      ...(this.#withoutContent === 0 ? [] : [`${this.#withoutContent} without recorded content`]),
    ].join("; ");
  }
}
