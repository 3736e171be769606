import type { Policy } from "../../src/core/policy.ts";

/** DESIGN's defaults as a resolved policy, for tests of single stages. */
export function defaultPolicy(): Policy {
  return {
    mode: "enforce",
    limits: {
      body: 32 << 20,
      decompressed: 256 << 20,
      ratio: 200,
      depth: 64,
      leaves: 1_000_000,
      parts: 10_000,
      pixels: 100_000_000,
      headers: 256,
      headerBytes: 256 << 10,
      time: 10_000,
    },
    rules: { paranoia: undefined, threshold: undefined, packs: ["lazaret"] },
    antivirus: {
      engines: ["yara"],
      icap: [],
      parallel: false,
      unavailable: "block",
      required: false,
      clamd: undefined,
      timeout: 10_000,
      maxSize: 25 * 2 ** 20,
    },
    disarm: {
      html: "sanitize",
      pdf: "rebuild",
      office: "rebuild",
      image: "rebuild",
      archive: "recurse",
      encrypted: "block",
      formats: {},
      types: undefined,
      maxSize: undefined,
      links: "keep",
      metadata: "keep",
      maxPixels: undefined,
    },
    sandbox: [],
    on: {},
    differences: {},
    redaction: "[removed by lazaret]",
    paths: [],
    routes: [],
    exclude: [],
    redirects: [],
    upstream: undefined,
  };
}
