import { type Action, type Category, DEFAULT_ACTIONS } from "./category.ts";
import type { Limits } from "./budget.ts";
import type { Detection } from "./finding.ts";
import type { DifferenceKind } from "./difference.ts";
import type { Exchange } from "./exchange.ts";
import type { ShapeOf } from "./leaf-shape.ts";
import type { PathSegment } from "./part.ts";

/** What the value at a path is declared to be. `opaque` is handed on unread by rules and text; `file` is decoded and scanned as one. */
export type PathKind = "html" | "text" | "code" | "opaque" | "file";

export type ActionByCategory = Readonly<Partial<Record<Category, Action>>>;

/** `allow` makes a difference no finding. */
export type DifferenceLevels = Readonly<Partial<Record<DifferenceKind, Action | "allow">>>;

/** Tells whether an exchange is one of a route, such as `GET /items/{id}`. */
export type RouteMatcher = (exchange: Exchange) => boolean;
/** Tells whether a leaf stands at a path, such as `$.items[*].description`. */
export type PathMatcher = (segments: readonly PathSegment[]) => boolean;

/** What is different at one path. */
export interface PathRule {
  readonly path: PathMatcher;
  readonly route?: RouteMatcher;
  readonly as?: PathKind;
  readonly on?: ActionByCategory;
}

/** A rule that is known to be wrong at a path. */
export interface Exclusion {
  readonly rule: string;
  readonly path?: PathMatcher;
  readonly route?: RouteMatcher;
  /** Milliseconds since the epoch at which the exclusion ends. */
  readonly until?: number;
}

/** What is different on one route. */
export interface RouteRule {
  readonly route: RouteMatcher;
  readonly mode?: Mode;
  readonly on?: ActionByCategory;
  readonly differences?: DifferenceLevels;
}

export type Mode = "enforce" | "monitor";
/** An external scanner that speaks ICAP. */
export interface IcapScanner {
  /** `icap:` or `icaps:` */
  readonly url: string;
  /** The outcome where it gave no clean answer. */
  readonly unavailable: Action;
  /** Milliseconds that it may take for one part. */
  readonly timeout: number;
  /** Bytes of a part beyond which nothing is sent. */
  readonly maxSize: number;
  readonly connections: number;
  /** File of authorities to trust instead of the system's. */
  readonly ca: string | undefined;
}

export type Outcome = "sanitize" | "rebuild" | "recurse" | "allow" | "block";

/** Everything that decides about an exchange of one vendor, resolved from configuration. */
export interface Policy {
  readonly mode: Mode;
  readonly limits: Limits;
  /** Paranoia and threshold are undefined where the packs' own set-up has the say. */
  readonly rules: {
    readonly paranoia: number | undefined;
    readonly threshold: number | undefined;
    readonly packs: readonly string[];
  };
  readonly antivirus: {
    /** Engines to ask, in order: names, and URLs of `icap`. */
    readonly engines: readonly string[];
    readonly icap: readonly IcapScanner[];
    /** Asks all engines about a part at the same time. */
    readonly parallel: boolean;
    /** Whether the configuration names the engines, so that one that cannot be reached is a failure. */
    readonly required: boolean;
    /** Where clamd listens, `HOST:PORT` or the path of a socket; undefined tries the usual places. */
    readonly clamd: string | undefined;
    /** Milliseconds that one engine may take for one part. */
    readonly timeout: number;
    /** Bytes of a part beyond which nothing is sent to clamd. */
    readonly maxSize: number;
    /** The outcome where an engine gave no clean answer. */
    readonly unavailable: Action;
  };
  readonly disarm: Readonly<Record<"html" | "pdf" | "office" | "image" | "archive" | "encrypted", Outcome>>;
  /** Media types of files that may be delivered, `image/*` for a whole family; undefined where all may. */
  readonly fileTypes: readonly string[] | undefined;
  readonly on: ActionByCategory;
  /** What is done about each kind of difference from the schemas, where it is not what `on.schema` says. */
  readonly differences: DifferenceLevels;
  readonly redaction: string;
  /** Later ones win over earlier ones. */
  readonly paths: readonly PathRule[];
  readonly routes: readonly RouteRule[];
  readonly exclude: readonly Exclusion[];
  /** Hosts that a redirect may lead to beside the vendor's own. */
  readonly redirects: readonly string[];
  /** Origin of the vendor, such as `https://api.acme.example`; undefined where none is configured. */
  readonly upstream: string | undefined;
  /** What the vendor's schemas say of the body of one exchange. */
  readonly shapeOf?: ShapeOf;
}

/** The policy with only what holds on this exchange's route: route rules folded in, path rules and exclusions of other routes dropped. */
export function policyForExchange(policy: Policy, exchange: Exchange, now: number): Policy {
  if (policy.paths.length + policy.routes.length + policy.exclude.length === 0) return policy;
  const holds = (rule: { readonly route?: RouteMatcher }): boolean => rule.route?.(exchange) ?? true;
  let { mode, on, differences } = policy;
  for (const rule of policy.routes) {
    if (!holds(rule)) continue;
    mode = rule.mode ?? mode;
    on = { ...on, ...rule.on };
    differences = { ...differences, ...rule.differences };
  }
  return {
    ...policy,
    mode,
    on,
    differences,
    paths: policy.paths.filter(holds),
    routes: [],
    exclude: policy.exclude.filter((rule) => holds(rule) && (rule.until === undefined || now < rule.until)),
  };
}

/** What the value of a leaf is declared to be, or undefined. */
export function pathKind(policy: Policy, segments: readonly PathSegment[]): PathKind | undefined {
  return policy.paths.findLast((rule) => rule.as !== undefined && rule.path(segments))?.as;
}

/** What is done about a detection: exclusion, then path, then vendor and route, then the format's and the category's default. */
export function decideAction(policy: Policy, detection: Detection): Action {
  const { part, leaf, category } = detection;
  const segments = leaf === undefined ? [] : part.leaves.segments(leaf);
  const excluded = policy.exclude.some(
    (exclusion) => exclusion.rule === detection.rule && (exclusion.path?.(segments) ?? true),
  );
  if (excluded) return "report";
  const atPath = policy.paths.findLast((rule) => rule.on?.[category] !== undefined && rule.path(segments));
  const wanted =
    atPath?.on?.[category] ??
    differenceLevel(policy, detection) ??
    policy.on[category] ??
    detection.byDefault ??
    DEFAULT_ACTIONS[category];
  if (detection.atMost === "report") return "report";
  return detection.atMost === "sanitize" && wanted === "block" ? "sanitize" : wanted;
}

function differenceLevel({ differences }: Policy, { difference }: Detection): Action | undefined {
  const level = difference && differences[difference.kind];
  return level === "allow" ? "report" : level;
}
