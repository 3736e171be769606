import { SchemaError } from "../schema-error.ts";
import { conjunctionOf } from "./conjunction.ts";
import { below, type Documents, type Place, placeName } from "./documents.ts";
import { FORMATS, KEYWORDS, UNSUPPORTED } from "./keywords.ts";
import { booleanBounds, isClosable, isFree, isNullable, type JsonSchema, nullableSchema } from "./rewritten.ts";
import { Subtypes } from "./subtypes.ts";
import { discriminated, typedUnion } from "./unions.ts";

/** Versions of OpenAPI by how they read schemas. */
export type Dialect = "2.0" | "3.0" | "3.1";

/**
 * What becomes of members that no schema declares: `open` lets them through, `closed` makes them differences, and `shared`
 * does so only further inside, where others beside it describe the same value and none alone knows all of its members.
 */
type Members = "open" | "closed" | "shared";

/** The same of a schema, and of one that another extends: of such, only its own keywords count and not its subtypes. */
export type Openness = Members | "open base" | "shared base";

const MEMBERS = {
  open: "open",
  closed: "closed",
  shared: "shared",
  "open base": "open",
  "shared base": "shared",
} as const satisfies Readonly<Record<Openness, Members>>;

/** Where in the schema around it a schema stands. */
interface Standing {
  readonly openness: Openness;
  /** Whether it describes the same value as the target it is part of. */
  readonly inPlace: boolean;
  /** Schemas around it in the same target. */
  readonly level: number;
  /** The outermost schema in the same target that describes the same value, where that is another. */
  readonly whole?: Place;
}

/** What a converter reports to, and asks for what is compiled apart. */
export interface Surroundings {
  readonly documents: Documents;
  readonly dialect: Dialect;
  problem(place: Place, reason: string, repair?: string): void;
  /** A name for a schema that is compiled apart, as it stands at `target` and is referred to from `site`. */
  refer(site: Place, target: Place, openness: Openness, inPlace: boolean): string;
  /** References that lead back to themselves and are left out, by where they stand. */
  readonly cuts: ReadonlySet<string>;
}

/** Nesting within one compiled schema: what is deeper is compiled apart, so that no document is too deep. */
const DEEPEST = 12;

/**
 * Makes JSON Schema (2020-12) of the schemas of OpenAPI 2.0, 3.0 and 3.1, each of which deviates from it. Responses
 * are meant: what is only to be written must not be there. Every schema that it makes knows where it came from.
 */
export class Converter {
  readonly #around: Surroundings;
  readonly #origins = new WeakMap<object, Place>();
  readonly #subtypes: Subtypes;

  constructor(around: Surroundings) {
    this.#around = around;
    this.#subtypes = new Subtypes(around.documents);
  }

  /** The schema at a place. */
  convert(place: Place, openness: Openness): JsonSchema {
    return this.#schema(place, { openness, inPlace: true, level: 0 });
  }

  /** Where a schema that this made came from. */
  originOf(schema: unknown): Place | undefined {
    return typeof schema === "object" && schema !== null ? this.#origins.get(schema) : undefined;
  }

  #schema(place: Place, standing: Standing): JsonSchema {
    const { value } = place;
    if (value === true || value === false) return this.#from(place, value ? {} : { not: {} });
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.#around.problem(place, "a schema is an object", "anything is accepted there");
      return this.#from(place, {});
    }
    if (standing.level > DEEPEST) return this.#apart(place, place, standing);
    const source: Readonly<Record<string, unknown>> = { ...value };
    const isReference = typeof source["$ref"] === "string";
    // Before 3.1, whatever stands beside a reference is not read, but vendors write `nullable` there and mean it.
    if (isReference && this.#around.dialect !== "3.1") {
      const referred = this.#reference(place, standing);
      return isNullable(source) ? this.#from(place, nullableSchema(referred)) : referred;
    }
    return this.#keywords(place, source, standing);
  }

  #keywords(place: Place, source: Readonly<Record<string, unknown>>, standing: Standing): JsonSchema {
    const made: JsonSchema = {};
    const beside: JsonSchema[] = [];
    const level = standing.level + 1;
    const isOpen = standing.openness.startsWith("open");
    const whole = standing.whole ?? place;
    const composed: Standing = { ...standing, openness: isOpen ? "open" : "shared", level, whole };
    const extending: Standing = { ...composed, openness: isOpen ? "open base" : "shared base" };
    const inside: Standing = { openness: isOpen ? "open" : "closed", inPlace: false, level };
    const child = (at: Place, inPlace = false): JsonSchema => this.#schema(at, inPlace ? composed : inside);
    for (const [name, value] of Object.entries(booleanBounds(source))) {
      const at: Place = { ...(below(place, name) ?? place), value };
      const keyword = KEYWORDS[name];
      if (name === "$ref") beside.push(this.#reference(place, Object.keys(source).length > 1 ? composed : standing));
      else if (keyword === undefined) this.#unknown(at, name);
      else if (keyword.holds === "value") this.#value(made, name, at);
      else if (keyword.holds === "map") this.#map(made, name, at, (one) => child(one, keyword.inPlace));
      // What no schema may be is told of the object around it.
      else if (keyword.holds === "schema" && value === false) made[name] = false;
      else if (keyword.holds === "schema" && !Array.isArray(value)) made[name] = child(at, keyword.inPlace);
      else if (keyword.holds !== "nothing")
        this.#list(made, name, at, place, beside, {
          inPlace: (one) => child(one, true),
          extended: (one) => this.#schema(one, extending),
          inside: child,
        });
    }
    this.#finish(made, source, whole);
    if (beside.length > 0) made["allOf"] = [...(Array.isArray(made["allOf"]) ? made["allOf"] : []), ...beside];
    // An object of free members knows all of them, whatever stands beside it.
    if (isFree(made)) made["additionalProperties"] = this.#from(place, {});
    if (standing.openness === "closed" && isClosable(made, source)) made["unevaluatedProperties"] = false;
    const own = isNullable(source) ? this.#from(place, nullableSchema(this.#from(place, made))) : made;
    const isBase = standing.openness.endsWith(" base");
    return this.#from(place, "discriminator" in source && !isBase ? this.#extended(own, place, standing) : own);
  }

  /** A list of schemas; of alternatives, the one that can be meant is chosen where the document lets us tell. */
  #list(
    made: JsonSchema,
    name: string,
    at: Place,
    around: Place,
    beside: JsonSchema[],
    { inPlace, extended, inside }: Readonly<Record<"inPlace" | "extended" | "inside", (at: Place) => JsonSchema>>,
  ): void {
    const { value } = at;
    if (!Array.isArray(value) || value.length === 0) {
      this.#around.problem(at, `${name} is a list of schemas, not empty`, "it is left out");
      return;
    }
    const places = value.map((_, index) => below(at, index) ?? at);
    // A list of items is a tuple of earlier drafts.
    if (name === "items") made["prefixItems"] = places.map(inside);
    else if (name === "prefixItems") made[name] = places.map(inside);
    else if (name === "allOf") made[name] = places.map(extended);
    else {
      const resolve = (reference: string, from: Place): Place | undefined => this.#resolved(reference, from);
      const chosen =
        discriminated(below(around, "discriminator"), places, resolve, inPlace) ??
        typedUnion(name, places, resolve, inPlace);
      if (chosen === undefined) made[name] = places.map(inPlace);
      else beside.push(...chosen.map((one) => this.#from(at, one)));
    }
  }

  /** A schema that others extend: a value that names one of them is checked as that, which says all that this one says. */
  #extended(own: JsonSchema, place: Place, standing: Standing): JsonSchema {
    const { property, subtypes } = this.#subtypes.of(place) ?? { property: "", subtypes: [] };
    const site = below(place, "discriminator") ?? place;
    if (subtypes.length === 0 || this.#around.cuts.has(placeName(site))) return own;
    const names = (values: readonly string[]): JsonSchema => ({
      type: "object",
      required: [property],
      properties: { [property]: { enum: values } },
    });
    const each = subtypes.map(({ values, place: subtype }) => ({
      if: names(values),
      then: this.#apart(site, subtype, standing),
    }));
    const all = subtypes.flatMap(({ values }) => values);
    return { if: names(all), then: { allOf: each }, else: this.#from(place, own) };
  }

  #map(made: JsonSchema, name: string, at: Place, child: (at: Place) => JsonSchema): void {
    const { value } = at;
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.#around.problem(at, `${name} holds schemas by name`, "it is left out");
      return;
    }
    made[name] = Object.fromEntries(Object.keys(value).map((key) => [key, child(below(at, key) ?? at)]));
  }

  #value(made: JsonSchema, name: string, at: Place): void {
    const keyword = KEYWORDS[name];
    if (keyword?.holds !== "value") return;
    if (keyword.isValid(at.value)) {
      made[name] = at.value;
      return;
    }
    const repaired = keyword.repair?.(at.value);
    const written = JSON.stringify(at.value)?.slice(0, 64);
    const repair = repaired === undefined ? "it is left out" : `it is taken for ${JSON.stringify(repaired)}`;
    this.#around.problem(at, `${written} is not ${keyword.expected}`, repair);
    if (repaired !== undefined) made[name] = repaired;
  }

  #unknown(at: Place, name: string): void {
    if (UNSUPPORTED.has(name)) this.#around.problem(at, `${name} is not supported here`, "it is left out");
    // JSON Schema lets anybody add keywords, and so does OpenAPI from 3.1 on.
    else if (!name.startsWith("x-") && this.#around.dialect !== "3.1")
      this.#around.problem(at, `${name} is no keyword of a schema`, "it is left out");
  }

  /** What is said across keywords. */
  #finish(made: JsonSchema, source: Readonly<Record<string, unknown>>, whole: Place): void {
    const { format } = made;
    if (source["contentEncoding"] === "base64") made["format"] = "byte";
    else if (typeof format !== "string" || !FORMATS.has(format)) delete made["format"];
    if (made["writeOnly"] === false) delete made["writeOnly"];
    if (!/json$/i.test(String(source["contentMediaType"]))) delete made["contentSchema"];
    if (!Array.isArray(made["required"])) return;
    // What is only to be written is required of requests alone, wherever one of the parts of the object says so.
    const parts = conjunctionOf(whole, (reference, from) => this.#resolved(reference, from));
    const isWritten = (name: string): boolean =>
      parts.some((part) => this.#isWriteOnly(below(part, "properties", name)));
    made["required"] = made["required"].filter((name: string) => !isWritten(name));
  }

  #isWriteOnly(property: Place | undefined): boolean {
    if (property === undefined) return false;
    const parts = conjunctionOf(property, (reference, from) => this.#resolved(reference, from));
    return parts.some((part) => below(part, "writeOnly")?.value === true);
  }

  #reference(place: Place, standing: Standing): JsonSchema {
    const site = below(place, "$ref") ?? place;
    if (this.#around.cuts.has(placeName(site))) return this.#from(place, {});
    const target = typeof site.value === "string" ? this.#lookUp(site.value, site) : "a reference is a string";
    if (typeof target !== "string") return this.#apart(site, target, standing);
    this.#around.problem(site, target, "anything is accepted there");
    return this.#from(place, {});
  }

  #apart(site: Place, target: Place, { openness, inPlace }: Standing): JsonSchema {
    // Few schemas have subtypes: others are the same whether they are extended or not.
    const isPlain = below(target, "discriminator") === undefined && below(target, "$ref") === undefined;
    const used = isPlain ? MEMBERS[openness] : openness;
    return this.#from(site, { $ref: this.#around.refer(site, target, used, inPlace) });
  }

  #resolved(reference: string, from: Place): Place | undefined {
    const found = this.#lookUp(reference, from);
    return typeof found === "string" ? undefined : found;
  }

  #lookUp(reference: string, from: Place): Place | string {
    try {
      return this.#around.documents.resolve(reference, from);
    } catch (error) {
      if (error instanceof SchemaError) return error.message;
      throw error;
    }
  }

  #from(place: Place, schema: JsonSchema): JsonSchema {
    this.#origins.set(schema, place);
    return schema;
  }
}
