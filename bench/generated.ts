import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A response of a vendor with many customers, made up: 1,000 items are about 757 kB. */
export function generatedBody(items: number): Buffer {
  const script = fileURLToPath(new URL("../../shared/bench/make-json.mjs", import.meta.url));
  return execFileSync(process.execPath, [script, String(items)], { maxBuffer: 2 ** 26 });
}
