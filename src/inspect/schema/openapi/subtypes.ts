import { below, childrenOf, type Documents, type Place, placeName } from "./documents.ts";

/** A schema that is meant where the discriminating member has one of these values. */
interface Subtype {
  readonly values: readonly string[];
  readonly place: Place;
}

/** The schemas that extend another by `allOf`, as OpenAPI describes inheritance. */
export class Subtypes {
  readonly #documents: Documents;
  /** Schemas of a file by the place that they extend. */
  readonly #extending = new Map<string, ReadonlyMap<string, readonly Place[]>>();

  constructor(documents: Documents) {
    this.#documents = documents;
  }

  /** The discriminating member of a schema that has subtypes and no alternatives, and which value means which. */
  of(base: Place): { readonly property: string; readonly subtypes: readonly Subtype[] } | undefined {
    if (below(base, "oneOf") !== undefined || below(base, "anyOf") !== undefined) return undefined;
    const discriminator = below(base, "discriminator");
    // Swagger 2.0 names the member alone.
    const property = (discriminator && below(discriminator, "propertyName")?.value) ?? discriminator?.value;
    if (discriminator === undefined || typeof property !== "string") return undefined;
    const values = new Map<string, { readonly values: string[]; readonly place: Place }>();
    const name = (place: Place, value: string): void => {
      const known = values.get(placeName(place)) ?? { values: [], place };
      known.values.push(value);
      values.set(placeName(place), known);
    };
    for (const [value, place] of this.#mapped(discriminator)) name(place, value);
    for (const place of this.#descendants(base)) {
      const own = below(place, "x-ms-discriminator-value")?.value;
      if (!values.has(placeName(place))) name(place, typeof own === "string" ? own : nameOf(place));
    }
    values.delete(placeName(base));
    return { property, subtypes: [...values.values()] };
  }

  #mapped(discriminator: Place): [string, Place][] {
    const mapping = below(discriminator, "mapping");
    if (mapping === undefined || typeof mapping.value !== "object" || mapping.value === null) return [];
    return Object.entries(mapping.value).flatMap(([value, to]: [string, unknown]): [string, Place][] => {
      if (typeof to !== "string") return [];
      const isName = /^[\w.-]+$/.test(to);
      const schemas = this.#schemasOf(mapping.file);
      const target = isName ? schemas && below(schemas, to) : this.#documents.resolve(to, mapping);
      return target === undefined || typeof target === "string" ? [] : [[value, target]];
    });
  }

  /** Schemas of the same file that extend this one, or one that does. */
  #descendants(base: Place): readonly Place[] {
    const extending = this.#extendingIn(base.file);
    const found = new Map<string, Place>();
    const pending = [base];
    for (let place = pending.pop(); place !== undefined; place = pending.pop())
      for (const one of extending.get(placeName(place)) ?? []) {
        if (found.has(placeName(one))) continue;
        found.set(placeName(one), one);
        pending.push(one);
      }
    return [...found.values()];
  }

  #extendingIn(file: string): ReadonlyMap<string, readonly Place[]> {
    const known = this.#extending.get(file);
    if (known !== undefined) return known;
    const made = new Map<string, Place[]>();
    for (const schema of childrenOf(this.#schemasOf(file)))
      for (const part of childrenOf(below(schema, "allOf"))) {
        const reference = below(part, "$ref");
        if (typeof reference?.value !== "string" || !reference.value.startsWith("#")) continue;
        const target = this.#documents.resolve(reference.value, reference);
        if (typeof target !== "string") made.set(placeName(target), [...(made.get(placeName(target)) ?? []), schema]);
      }
    this.#extending.set(file, made);
    return made;
  }

  #schemasOf(file: string): Place | undefined {
    const root = this.#documents.root(file);
    return below(root, "components", "schemas") ?? below(root, "definitions");
  }
}

function nameOf({ pointer }: Place): string {
  return pointer
    .slice(pointer.lastIndexOf("/") + 1)
    .replaceAll("~1", "/")
    .replaceAll("~0", "~");
}
