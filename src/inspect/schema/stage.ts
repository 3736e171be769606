import { DIFFERENCE_KINDS, type DifferenceKind } from "../../core/difference.ts";
import type { Exchange } from "../../core/exchange.ts";
import type { Detection } from "../../core/finding.ts";
import { headerValue } from "../../core/headers.ts";
import type { ShapeOf } from "../../core/leaf-shape.ts";
import type { Stage, Tree } from "../../core/stage.ts";
import { differenceOf } from "./detection.ts";
import type { CheckSettings, Declaration, DeclaredResponse, VendorSchemas } from "./declaration.ts";

/** Kinds of difference that are told only where policy asks for them: a document need not be complete. */
const ON_REQUEST: ReadonlySet<DifferenceKind> = new Set(["route", "status"]);

/** The `schema` stage: a response against what its vendor's schemas declare for its route, status and media type. */
export function createSchemaStage(byVendor: ReadonlyMap<string, VendorSchemas>): Stage {
  return {
    name: "schema",
    inspect(tree, { policy, budget }) {
      const { exchange } = tree;
      const schemas = exchange.vendor === undefined ? undefined : byVendor.get(exchange.vendor);
      if (schemas === undefined) return [];
      const levels = policy.differences;
      const unknown = levels["unknown-member"];
      const settings: CheckSettings = {
        budget,
        closed: unknown !== undefined && unknown !== "allow",
        lets: new Set(DIFFERENCE_KINDS.filter((kind) => levels[kind] === "allow" || levels[kind] === "report")),
        stripped: new Set(DIFFERENCE_KINDS.filter((kind) => levels[kind] === "sanitize")),
      };
      return detectionsOf(schemas.find(exchange), tree, settings).filter(({ difference }) => {
        if (difference === undefined) return true;
        const level = levels[difference.kind];
        return level === undefined ? !ON_REQUEST.has(difference.kind) : level !== "allow";
      });
    },
  };
}

function detectionsOf(declared: Declaration, tree: Tree, settings: CheckSettings): readonly Detection[] {
  const { exchange, body } = tree;
  if (declared.kind === "undocumented-route")
    return [differenceOf(body, "route", "the schemas declare no such route", exchange.request.method, "")];
  const { route } = declared;
  const withRoute = (detection: Detection): Detection => {
    const { difference } = detection;
    return difference === undefined ? detection : { ...detection, difference: { ...difference, route } };
  };
  if (declared.kind === "undocumented-status") {
    const message = `the schemas declare no status ${exchange.status} for this route`;
    return [withRoute(differenceOf(body, "status", message, String(exchange.status), declared.place))];
  }
  const headers = declared.headers?.(tree.headers, settings) ?? [];
  // With its parameters, which can tell contents apart.
  const mediaType = (body.declaredType && headerValue(exchange.headers, "content-type")) ?? body.mediaType;
  const content = exchange.body.length === 0 ? [] : contentDifferences(declared, mediaType, tree, settings);
  return [...headers, ...content].map(withRoute);
}

function contentDifferences(
  declared: DeclaredResponse,
  mediaType: string,
  tree: Tree,
  settings: CheckSettings,
): readonly Detection[] {
  const check = declared.contentOf(mediaType);
  if (check === "unchecked") return [];
  if (check !== "undocumented") return check(tree.body, settings);
  const message = "the schemas declare no such media type for this response";
  return [differenceOf(tree.body, "media-type", message, mediaType, declared.place)];
}

/** What the schemas of an exchange's vendor say of the values in its body. */
export function declaredShape(
  byVendor: ReadonlyMap<string, VendorSchemas>,
): (exchange: Exchange) => ShapeOf | undefined {
  return (exchange) => {
    const schemas = exchange.vendor === undefined ? undefined : byVendor.get(exchange.vendor);
    const declared = schemas?.find(exchange);
    if (declared?.kind !== "response") return undefined;
    return declared.shapeOf?.(headerValue(exchange.headers, "content-type") ?? "application/json");
  };
}
