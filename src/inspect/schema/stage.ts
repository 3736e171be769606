import type { ErrorObject } from "ajv";
import type { Difference } from "../../core/difference.ts";
import type { Detection } from "../../core/finding.ts";
import { normalizedPath } from "../../core/normalized-path.ts";
import type { Part, PathSegment } from "../../core/part.ts";
import type { Stage } from "../../core/stage.ts";
import { kindOf } from "./kind.ts";
import type { VendorSchemas } from "./routes.ts";

/** Differences that one response reports. */
const MOST = 100;

/** The `schema` stage: a JSON body against the schema that its vendor's route and status declare. */
export function createSchemaStage(byVendor: ReadonlyMap<string, VendorSchemas>): Stage {
  return {
    name: "schema",
    inspect({ exchange, body }) {
      const schemas = exchange.vendor === undefined ? undefined : byVendor.get(exchange.vendor);
      const declared = schemas?.schemaOf(exchange);
      if (declared === undefined || exchange.body.length === 0) return [];
      const { route, file, validate } = declared;
      if (body.format !== "json") return [otherFormat(body, { kind: "media-type", route, schema: file })];
      const value = parse(body);
      // What does not parse is the decoder's finding.
      if (value === undefined || validate(value.json)) return [];
      return differences(validate.errors ?? []).map((error) => ({
        ...detectionOf(error, body, value.json),
        difference: { kind: kindOf(error), route, schema: schemaPlace(file, error) },
      }));
    },
  };
}

function otherFormat(body: Part, difference: Difference): Detection {
  return {
    stage: "schema",
    category: "schema",
    rule: "lazaret/schema/format",
    severity: "high",
    message: "the schema of this route describes JSON, and the content is not",
    part: body,
    evidence: body.mediaType,
    remedy: { kind: "none" },
    difference,
  };
}

function parse({ source }: Part): { readonly json: unknown } | undefined {
  try {
    const json: unknown = JSON.parse(Buffer.from(source.buffer, source.byteOffset, source.length).toString("utf8"));
    return { json };
  } catch {
    return undefined;
  }
}

/** What is wrong: not the branches of alternatives that were tried, only that none holds. */
function differences(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const own = errors.filter(({ keyword }) => keyword !== "if");
  const outside = own.filter(({ schemaPath }) => !/\/(?:anyOf|oneOf)\/\d+\//.test(schemaPath));
  return (outside.length > 0 ? outside : own).slice(0, MOST);
}

/** An unknown member can be stripped where policy sanitizes; any other difference cannot be repaired. */
function detectionOf(error: ErrorObject, body: Part, json: unknown): Detection {
  const segments = segmentsOf(error.instancePath, body);
  const unknown = unknownMember(error);
  const shared = {
    stage: "schema",
    category: "schema",
    severity: "medium",
    part: body,
    rule: `lazaret/schema/${error.keyword}`,
  } as const;
  if (unknown !== undefined) {
    const member = [...segments, unknown];
    const leaf = keyLeaf(body, member);
    return {
      ...shared,
      message: "a member that the schema does not know",
      evidence: unknown,
      path: normalizedPath(member),
      ...(leaf === undefined ? { remedy: { kind: "none" } } : { leaf, remedy: { kind: "remove" } }),
    };
  }
  return {
    ...shared,
    message: `does not match the schema: ${error.message ?? error.keyword}`,
    evidence: evidence(valueAt(json, segments)),
    path: normalizedPath(segments),
    remedy: { kind: "none" },
  };
}

/** Ajv names a schema in the same file by its pointer alone. */
function schemaPlace(file: string, { schemaPath }: ErrorObject): string {
  return schemaPath.startsWith("#") ? `${file}${schemaPath}` : schemaPath;
}

function unknownMember({ keyword, params }: ErrorObject): string | undefined {
  const name: unknown =
    keyword === "additionalProperties"
      ? params["additionalProperty"]
      : keyword === "unevaluatedProperties"
        ? params["unevaluatedProperty"]
        : undefined;
  return typeof name === "string" ? name : undefined;
}

/** Steps of a JSON Pointer; digits are an index where the document has an array there, which the leaves tell. */
function segmentsOf(pointer: string, body: Part): PathSegment[] {
  const steps = pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (!steps.some((step) => /^\d+$/.test(step))) return steps;
  const near = leafNear(body, steps);
  return steps.map((step, i) => (typeof near?.[i] === "number" ? Number(step) : step));
}

function leafNear({ leaves }: Part, steps: readonly string[]): readonly PathSegment[] | undefined {
  for (let leaf = 0; leaf < leaves.length; leaf++) {
    const segments = leaves.segments(leaf);
    if (segments.length >= steps.length && steps.every((step, i) => String(segments[i]) === step)) return segments;
  }
  return undefined;
}

function keyLeaf({ leaves }: Part, member: readonly PathSegment[]): number | undefined {
  for (let leaf = 0; leaf < leaves.length; leaf++) {
    if (leaves.kind(leaf) !== "key") continue;
    const segments = leaves.segments(leaf);
    if (segments.length === member.length && member.every((step, i) => String(segments[i]) === String(step)))
      return leaf;
  }
  return undefined;
}

function valueAt(json: unknown, segments: readonly PathSegment[]): unknown {
  let value = json;
  for (const segment of segments)
    value = typeof value === "object" && value !== null ? Reflect.get(value, segment) : undefined;
  return value;
}

function evidence(value: unknown): string {
  return typeof value === "object" && value !== null
    ? Array.isArray(value)
      ? "an array"
      : "an object"
    : (JSON.stringify(value) ?? "nothing");
}
