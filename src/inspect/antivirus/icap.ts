import { createHash } from "node:crypto";
import type { Action } from "../../core/category.ts";
import type { ComponentHealth } from "../../core/health.ts";
import type { AntivirusEngine, ScanResult } from "./engine.ts";
import { VerdictCache } from "../verdict-cache.ts";

/** A scanner behind ICAP as this engine asks it; the client is handed in. */
export interface IcapScannerClient {
  scan(content: Uint8Array): Promise<IcapAnswer>;
  /** Rejects where the service does not answer. */
  probe(): Promise<{ readonly service: string; readonly istag: string }>;
}

/** What a scanner said. */
export type IcapAnswer =
  | { readonly kind: "clean" }
  | { readonly kind: "infected"; readonly names: readonly string[] }
  | { readonly kind: "blocked"; readonly status: number }
  | { readonly kind: "sanitized"; readonly names: readonly string[] }
  | { readonly kind: "failed"; readonly reason: string };

export interface IcapEngineOptions {
  readonly client: IcapScannerClient;
  /** For people: the URL. */
  readonly place: string;
  /** Bytes beyond which nothing is sent. */
  readonly longest: number;
  /** The outcome where this engine gives no verdict; undefined for that of the policy. */
  readonly unavailable: Action | undefined;
  readonly now: () => number;
}

/** Any scanner that speaks ICAP. Content that it changes or refuses is as bad as what it names malware. */
export class IcapEngine implements AntivirusEngine {
  readonly name = "icap";
  readonly longest: number;
  readonly place: string;
  readonly unavailable: Action | undefined;
  readonly #client: IcapScannerClient;
  readonly #cache: VerdictCache<ScanResult>;
  #istag = "";

  constructor({ client, place, longest, unavailable, now }: IcapEngineOptions) {
    this.#client = client;
    this.#cache = new VerdictCache(now);
    this.place = place;
    this.longest = longest;
    this.unavailable = unavailable;
  }

  async scan(bytes: Uint8Array): Promise<ScanResult> {
    const digest = createHash("sha256").update(bytes).digest("base64");
    const known = this.#cache.get(digest);
    if (known !== undefined) return known;
    const result = resultOf(await this.#client.scan(bytes));
    if (result.kind !== "failed") this.#cache.set(digest, result);
    return result;
  }

  async health(): Promise<ComponentHealth> {
    const shared = { name: `icap ${this.place}`, required: true } as const;
    try {
      const { service, istag } = await this.#client.probe();
      // Other signatures may say something else of the same bytes.
      if (istag !== this.#istag) this.#cache.clear();
      this.#istag = istag;
      return { ...shared, state: "up", detail: `${service}, ISTag ${istag}` };
    } catch (error) {
      return { ...shared, state: "down", detail: error instanceof Error ? error.message : String(error) };
    }
  }
}

function resultOf(answer: IcapAnswer): ScanResult {
  switch (answer.kind) {
    case "clean":
    case "failed":
      return answer;
    case "infected":
      return { kind: "infected", names: answer.names };
    case "sanitized":
      return { kind: "infected", names: answer.names.length > 0 ? answer.names : ["changed-by-the-service"] };
    case "blocked":
      return { kind: "infected", names: [`refused-with-${answer.status}`] };
    default:
      return answer satisfies never;
  }
}
