import { createHash, type Hash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { besideConfiguration, type LoadedConfig } from "./config/load.ts";
import type { ComponentHealth } from "./core/health.ts";
import { namedPacks, OWN_PACK } from "./packs.ts";

/** Letters and digits that an ISTag may have (RFC 3507, section 4.7). */
const LENGTH = 32;

/** A digest of everything in a configuration, its rule packs and its schemas that verdicts depend on. */
export function policyDigest(loaded: LoadedConfig): string {
  const { policy, vendors = {}, external, sandboxes } = loaded.configuration;
  const hash = createHash("sha256").update(JSON.stringify([policy, vendors, external, sandboxes]));
  addTree(hash, OWN_PACK);
  for (const name of namedPacks(loaded)) if (name !== "lazaret") addTree(hash, besideConfiguration(loaded, name));
  for (const { schemas } of Object.values(vendors))
    if (schemas !== undefined) addTree(hash, besideConfiguration(loaded, schemas));
  return hash.digest("hex");
}

/** The tag of a policy together with what its engines say of themselves, signatures included; the same after a restart. */
export function istagOf(digest: string, health: readonly ComponentHealth[]): string {
  const engines = health.map(({ name, state, detail }) => [name, state, detail]);
  return createHash("sha256")
    .update(JSON.stringify([digest, engines]))
    .digest("hex")
    .slice(0, LENGTH);
}

/** The content of a file or of all files below a folder, with their names. */
function addTree(hash: Hash, path: string): void {
  if (!statSync(path).isDirectory()) {
    hash.update(readFileSync(path));
    return;
  }
  for (const name of readdirSync(path).toSorted()) {
    hash.update(`\0${name}\0`);
    addTree(hash, join(path, name));
  }
}
