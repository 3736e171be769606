import type { Action } from "../../core/category.ts";
import type { ComponentHealth } from "../../core/health.ts";

/** What an engine says of some bytes. Whatever is not an explicit answer is `failed`. */
export type ScanResult =
  | { readonly kind: "clean" }
  | { readonly kind: "infected"; readonly names: readonly string[] }
  /** The engine is there but gave no answer that counts, or was named in the configuration and is not there. */
  | { readonly kind: "failed"; readonly reason: string }
  /** An engine that nobody asked for is not there. */
  | { readonly kind: "absent" };

/** One antivirus engine. */
export interface AntivirusEngine {
  readonly name: string;
  /** For people: where it is, for an engine that there can be several of. */
  readonly place?: string;
  /** The outcome where it gives no verdict, in place of the policy's. */
  readonly unavailable?: Action | undefined;
  /** Bytes beyond which nothing is sent to it. */
  readonly longest: number;
  /** Whether another process answers. */
  readonly isRemote: boolean;
  scan(bytes: Uint8Array): Promise<ScanResult> | ScanResult;
  health(): Promise<ComponentHealth>;
}
