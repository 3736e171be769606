import type { Limits } from "../core/budget.ts";
import { type DisarmOverride, type DisarmPolicy, withOverride } from "../core/disarm-policy.ts";
import type { Exclusion, IcapScanner, PathRule, Policy, RouteRule } from "../core/policy.ts";
import type {
  AntivirusConfiguration,
  Configuration,
  DisarmConfiguration,
  IcapScannerConfiguration,
  PolicyConfiguration,
  VendorConfiguration,
} from "./config-types.ts";
import { compileJsonPath } from "./json-path.ts";
import { compileRoute } from "../core/route.ts";
import { resolveSandbox } from "./sandbox.ts";
import { parseDuration, parseSize } from "./units.ts";

/** DESIGN's defaults, and those of the keys that it leaves open. */
const DEFAULT_LIMITS: Limits = {
  body: 32 * 2 ** 20,
  decompressed: 256 * 2 ** 20,
  ratio: 200,
  depth: 64,
  leaves: 1_000_000,
  parts: 10_000,
  pixels: 100_000_000,
  headers: 256,
  headerBytes: 64 * 2 ** 10,
  time: 10_000,
};

const DEFAULT_DISARM: DisarmPolicy = {
  html: "sanitize",
  pdf: "rebuild",
  office: "rebuild",
  image: "rebuild",
  archive: "recurse",
  encrypted: "block",
  formats: {},
  types: undefined,
  maxSize: undefined,
  maxPixels: undefined,
  links: "keep",
  metadata: "keep",
};

const DAY = 24 * 60 * 60 * 1000;

type AntivirusEngineName = NonNullable<AntivirusConfiguration["engines"]>[number];

const NO_VENDOR: Partial<VendorConfiguration> = {};

/** The policy of a vendor: its own keys over the common ones over the defaults. Throws `SyntaxError` or `RangeError` for a key that cannot be compiled. */
export function resolvePolicy(configuration: Configuration, vendorName: string | undefined): Policy {
  const common = configuration.policy ?? {};
  const vendor = vendorName === undefined ? NO_VENDOR : (configuration.vendors?.[vendorName] ?? NO_VENDOR);
  const own = vendor.policy ?? {};
  const rules = { ...common.rules, ...own.rules };
  const antivirus = { ...common.antivirus, ...own.antivirus };
  const engines = antivirus.engines ?? ["clamd", "yara"];
  return {
    mode: own.mode ?? common.mode ?? "enforce",
    limits: resolveLimits(common, own),
    rules: { paranoia: rules.paranoia, threshold: rules.threshold, packs: rules.packs ?? ["lazaret"] },
    antivirus: {
      engines: engines.map((engine) => (typeof engine === "string" ? engine : engine.icap)),
      icap: engines.flatMap((engine) => resolveScanner(engine, antivirus)),
      parallel: antivirus.parallel ?? false,
      required: antivirus.engines !== undefined || antivirus.clamd !== undefined,
      clamd: antivirus.clamd,
      unavailable: antivirus.unavailable ?? "block",
      timeout: parseDuration(antivirus.timeout ?? "10s"),
      maxSize: parseSize(antivirus.maxSize ?? "25MiB"),
    },
    disarm: [common.disarm, own.disarm].map(resolveDisarm).reduce(withOverride, DEFAULT_DISARM),
    sandbox: (own.sandbox ?? common.sandbox ?? []).map((name) => resolveSandbox(name, configuration.sandboxes)),
    on: { ...common.on, ...own.on },
    differences: { ...common.differences, ...own.differences },
    redaction: own.redaction ?? common.redaction ?? "[removed by lazaret]",
    paths: (vendor.paths ?? []).map(resolvePath),
    routes: (vendor.routes ?? []).map(resolveRoute),
    exclude: (vendor.exclude ?? []).map(resolveExclusion),
    redirects: own.redirects ?? common.redirects ?? [],
    upstream: vendor.upstream,
  };
}

/** What is known of an engine behind ICAP, its own keys before the common ones; nothing for another engine. */
function resolveScanner(engine: AntivirusEngineName, common: AntivirusConfiguration): IcapScanner[] {
  if (engine === "clamd" || engine === "yara") return [];
  const own: IcapScannerConfiguration = typeof engine === "string" ? { icap: engine } : engine;
  return [
    {
      url: own.icap,
      unavailable: own.unavailable ?? common.unavailable ?? "block",
      timeout: parseDuration(own.timeout ?? common.timeout ?? "10s"),
      maxSize: parseSize(own.maxSize ?? common.maxSize ?? "25MiB"),
      connections: own.connections ?? 16,
      ca: own.ca,
    },
  ];
}

function resolveLimits(common: PolicyConfiguration, own: PolicyConfiguration): Limits {
  const merged = { ...common.limits, ...own.limits };
  return {
    body: sizeOr(merged.body, DEFAULT_LIMITS.body),
    decompressed: sizeOr(merged.decompressed, DEFAULT_LIMITS.decompressed),
    ratio: merged.ratio ?? DEFAULT_LIMITS.ratio,
    depth: merged.depth ?? DEFAULT_LIMITS.depth,
    leaves: merged.leaves ?? DEFAULT_LIMITS.leaves,
    parts: merged.parts ?? DEFAULT_LIMITS.parts,
    pixels: merged.pixels ?? DEFAULT_LIMITS.pixels,
    headers: merged.headers ?? DEFAULT_LIMITS.headers,
    headerBytes: sizeOr(merged.headerBytes, DEFAULT_LIMITS.headerBytes),
    time: merged.time === undefined ? DEFAULT_LIMITS.time : parseDuration(merged.time),
  };
}

function sizeOr(value: string | number | undefined, fallback: number): number {
  return value === undefined ? fallback : parseSize(value);
}

/** What a configuration says about files, sizes in bytes. */
function resolveDisarm({ maxSize, ...rest }: DisarmConfiguration = {}): DisarmOverride {
  return { ...rest, ...(maxSize === undefined ? {} : { maxSize: parseSize(maxSize) }) };
}

function resolveRoute({ route, disarm, ...rest }: NonNullable<VendorConfiguration["routes"]>[number]): RouteRule {
  return { route: compileRoute(route), ...rest, ...(disarm === undefined ? {} : { disarm: resolveDisarm(disarm) }) };
}

function resolvePath({ path, as, on, route, disarm }: NonNullable<VendorConfiguration["paths"]>[number]): PathRule {
  return {
    path: compileJsonPath(path),
    ...(as === undefined ? {} : { as }),
    ...(on === undefined ? {} : { on }),
    ...(disarm === undefined ? {} : { disarm: resolveDisarm(disarm) }),
    ...(route === undefined ? {} : { route: compileRoute(route) }),
  };
}

function resolveExclusion({
  rule,
  path,
  route,
  until,
}: NonNullable<VendorConfiguration["exclude"]>[number]): Exclusion {
  return {
    rule: String(rule),
    ...(path === undefined ? {} : { path: compileJsonPath(path) }),
    ...(route === undefined ? {} : { route: compileRoute(route) }),
    ...(until === undefined ? {} : { until: endOf(until) }),
  };
}

/** The moment that is meant, or the end (UTC) of the day. */
function endOf(until: string): number {
  return Date.parse(until) + (until.includes("T") ? 0 : DAY);
}

/** What the gateway gives a vendor to answer, in milliseconds. */
export interface Timeouts {
  readonly connect: number;
  /** To the first header. */
  readonly response: number;
  /** Between bytes of a body. */
  readonly idle: number;
}

/** The timeouts of a vendor: its own over the common ones over the defaults. */
export function resolveTimeouts(configuration: Configuration, vendor: VendorConfiguration): Timeouts {
  const merged = {
    connect: "5s",
    response: "30s",
    idle: "15s",
    ...configuration.policy?.timeouts,
    ...vendor.policy?.timeouts,
  };
  return {
    connect: parseDuration(merged.connect),
    response: parseDuration(merged.response),
    idle: parseDuration(merged.idle),
  };
}
