import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Exchange } from "../src/core/exchange.ts";

/** A response of a vendor with many customers, made up: 1,000 items are about 757 kB. */
export function generatedBody(items: number): Buffer {
  const script = fileURLToPath(new URL("../../shared/bench/make-json.mjs", import.meta.url));
  return execFileSync(process.execPath, [script, String(items)], { maxBuffer: 2 ** 26 });
}

/** A response with a JSON body, as it comes to the inspection. */
export function jsonExchange(body: Buffer): Exchange {
  return {
    vendor: undefined,
    request: { method: "GET", url: "/", headers: [] },
    status: 200,
    headers: [["Content-Type", "application/json"]],
    body,
  };
}
