import type { ErrorObject } from "ajv";
import type { Detection } from "../../core/finding.ts";
import { normalizedPath } from "../../core/normalized-path.ts";
import type { Part, PathSegment } from "../../core/part.ts";
import type { CheckSettings, ContentCheck } from "./declaration.ts";
import { otherFormat } from "./detection.ts";
import { kindOf } from "./kind.ts";

/** Differences of one response that are told, those aside that can be stripped. */
const MOST = 100;

/** What a JSON text is checked by. */
export interface JsonValidator {
  /** What differs. Throws `BudgetExceeded`. */
  errorsOf(value: unknown, settings: CheckSettings): readonly ErrorObject[];
  /** Where in the schemas an error comes from: file and JSON Pointer. */
  placeOf(error: ErrorObject): string;
  /** Where the schema as a whole stands. */
  readonly place: string;
}

/** Checks JSON content. */
export function jsonCheck(validator: JsonValidator): ContentCheck {
  return (body, settings) => {
    if (body.format !== "json") return [otherFormat(body, "JSON", validator.place)];
    const { buffer, byteOffset, length } = body.source;
    const parsed = parsedJson(Buffer.from(buffer, byteOffset, length).toString("utf8"));
    // What does not parse is the decoder's finding.
    if (parsed === undefined) return [];
    const errors = withoutEchoes(validator.errorsOf(parsed.json, settings), settings);
    if (errors.length === 0) return [];
    const keys = keyLeaves(body);
    let others = 0;
    const strips = (error: ErrorObject): boolean => isStrippable(error) || settings.stripped.has(kindOf(error));
    const told = errors.filter((error) => error.keyword !== "if" && (strips(error) || others++ < MOST));
    return told.map((error) => ({
      ...detectionOf(error, body, parsed.json, strips(error) ? keys : noKey),
      difference: { kind: kindOf(error), schema: validator.placeOf(error) },
    }));
  };
}

/**
 * Without the members that are only unknown because the schema that knows them did not match: a member in which something
 * differs is known, and where no alternative holds, nothing is known of the members. That counts only where it is itself a
 * difference that does not pass.
 */
function withoutEchoes(errors: readonly ErrorObject[], { lets }: CheckSettings): readonly ErrorObject[] {
  if (!errors.some(({ keyword }) => keyword === "unevaluatedProperties")) return errors;
  const differing = new Set<string>();
  const undecided = new Set<string>();
  for (const { instancePath, keyword } of errors) {
    if ((keyword === "anyOf" || keyword === "oneOf") && !lets.has("alternative")) undecided.add(instancePath);
    for (let end = instancePath.length; end > 0; end = instancePath.lastIndexOf("/", end - 1))
      differing.add(instancePath.slice(0, end));
  }
  return errors.filter((error) => {
    const { instancePath, keyword } = error;
    if (keyword !== "unevaluatedProperties") return true;
    const name = (unknownMember(error) ?? "").replaceAll("~", "~0").replaceAll("/", "~1");
    return !undecided.has(instancePath) && !differing.has(`${instancePath}/${name}`);
  });
}

/** What a text holds as JSON; undefined where it holds none. */
export function parsedJson(text: string): { readonly json: unknown } | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return { json };
  } catch {
    return undefined;
  }
}

function shared(part: Part) {
  return { stage: "schema", category: "schema", severity: "medium", part } as const;
}

/** A member whose key `keys` finds can go; without it, the difference cannot be repaired. */
function detectionOf(error: ErrorObject, body: Part, json: unknown, keys: KeyLeaves): Detection {
  const around = segmentsOf(error.instancePath, json);
  const unknown = unknownMember(error);
  const segments = unknown === undefined ? around : [...around, unknown];
  const leaf = keys(segments);
  return {
    ...shared(body),
    rule: `lazaret/schema/${error.keyword}`,
    message:
      unknown === undefined
        ? `does not match the schema: ${error.message ?? error.keyword}`
        : "a member that the schema does not know",
    evidence: unknown ?? evidence(error.data),
    path: normalizedPath(segments),
    ...(leaf === undefined ? { remedy: { kind: "none" } } : { leaf, remedy: { kind: "remove" } }),
  };
}

/** Members that are unknown or only to be written can always be spared. */
function isStrippable({ keyword }: ErrorObject): boolean {
  return keyword === "additionalProperties" || keyword === "unevaluatedProperties" || keyword === "writeOnly";
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

/** Steps of a JSON Pointer; digits are an index where the document has an array there. */
function segmentsOf(pointer: string, json: unknown): PathSegment[] {
  let value = json;
  return pointer
    .split("/")
    .slice(1)
    .map((step) => {
      const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
      const segment = Array.isArray(value) ? Number(name) : name;
      value = typeof value === "object" && value !== null ? Reflect.get(value, segment) : undefined;
      return segment;
    });
}

type KeyLeaves = (member: readonly PathSegment[]) => number | undefined;

const noKey: KeyLeaves = () => undefined;

/** The leaves of keys by their path, looked through once and only when one is asked for. */
function keyLeaves({ leaves }: Part): KeyLeaves {
  let byPath: Map<string, number> | undefined;
  return (member) => {
    if (byPath === undefined) {
      byPath = new Map();
      for (let leaf = 0; leaf < leaves.length; leaf++)
        if (leaves.kind(leaf) === "key") byPath.set(JSON.stringify(leaves.segments(leaf)), leaf);
    }
    return byPath.get(JSON.stringify(member));
  };
}

function evidence(value: unknown): string {
  return typeof value === "object" && value !== null
    ? Array.isArray(value)
      ? "an array"
      : "an object"
    : (JSON.stringify(value) ?? "nothing");
}
