import { _, type ErrorObject, type KeywordCxt, Name, type ValidateFunction } from "ajv";
import { mergeEvaluated } from "ajv/dist/compile/util.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import { callRef } from "ajv/dist/vocabularies/core/ref.js";
import type { CheckSettings } from "../declaration.ts";
import { COMPILING, countStep, prepare, redefine, Steps } from "../dialect.ts";
import { jsonInText } from "./content-schema.ts";
import { Converter, type Openness, type Surroundings } from "./converter.ts";
import { below, type Place, placeName } from "./documents.ts";

/** A compiled validator, or what stands in for it until it is first called. */
interface Validator {
  (value: unknown, context?: Parameters<ValidateFunction>[1]): unknown;
  errors?: readonly ErrorObject[] | null;
}

/** A validator that compiles itself when it is first called. */
interface Lazy {
  validate: Validator;
}

/**
 * The validators of one document. Each schema that others refer to is compiled apart and when a value first gets there:
 * the schemas of an API as a whole hang together, and a response touches few of them.
 */
export class Validators {
  readonly #ajv: Ajv2020;
  readonly #converter: Converter;
  readonly #lazy: Lazy[] = [];
  readonly #places: { readonly place: Place; readonly openness: Openness }[] = [];
  #compiled = 0;
  readonly #numbers = new Map<string, number>();
  readonly #steps = new Steps();

  constructor(around: Pick<Surroundings, "documents" | "dialect" | "cuts">) {
    // What a keyword may be was examined; one that says nothing, as an `if` alone, is no reason to refuse a vendor's document.
    this.#ajv = new Ajv2020({ ...COMPILING, strictSchema: false, validateSchema: false, addUsedSchema: false });
    prepare(this.#ajv);
    redefine(this.#ajv, "$ref", (context) => this.#call(context));
    this.#ajv.removeKeyword("contentSchema");
    this.#ajv.addKeyword(jsonInText());
    this.#converter = new Converter({
      ...around,
      // What is wrong was said when the document was checked as a whole.
      problem: () => undefined,
      refer: (_site, target, openness) => String(this.#number(target, openness)),
    });
  }

  /** The validator of the schema at a place. */
  validatorOf(place: Place, openness: Openness): Validator {
    const lazy = this.#lazy[this.#number(place, openness)];
    if (lazy === undefined) throw new RangeError(`no schema at ${placeName(place)}`);
    return lazy.validate;
  }

  /** Compiles the schema at a place and all that it refers to. Throws what Ajv throws for a schema that it cannot compile. */
  compileAll(place: Place): void {
    this.#number(place, "open");
    for (; this.#compiled < this.#places.length; this.#compiled++) {
      const at = this.#places[this.#compiled];
      if (at !== undefined) this.#compile(at.place, at.openness);
    }
  }

  /** What differs in a value. Throws `BudgetExceeded`. */
  errorsOf(place: Place, value: unknown, { budget, closed }: CheckSettings): readonly ErrorObject[] {
    const openness = closed ? "closed" : "open";
    return this.#steps.counting(
      () => budget.checkTime(),
      () => {
        if (this.validatorOf(place, openness)(value)) return [];
        // A validator that compiles itself leaves its errors with the compiled one.
        return this.validatorOf(place, openness).errors ?? [];
      },
    );
  }

  /** Where in the documents an error comes from: file and JSON Pointer. */
  placeOf({ parentSchema, keyword, schemaPath }: ErrorObject): string {
    const origin = this.#converter.originOf(parentSchema);
    if (origin === undefined) return schemaPath;
    return placeName(below(origin, keyword) ?? origin);
  }

  #number(place: Place, openness: Openness): number {
    const key = `${openness} ${placeName(place)}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const lazy: Lazy = {
      validate: (value, context) => {
        lazy.validate = this.#compile(place, openness);
        return lazy.validate(value, context);
      },
    };
    this.#numbers.set(key, this.#lazy.length);
    this.#places.push({ place, openness });
    return this.#lazy.push(lazy) - 1;
  }

  #compile(place: Place, openness: Openness): ValidateFunction {
    const validate = this.#ajv.compile(this.#converter.convert(place, openness));
    const { evaluated } = validate;
    // Who refers to a schema adds members of its own to the ones that this knows: to a copy, or all others would know them too.
    if (evaluated !== undefined && !evaluated.dynamicProps && typeof evaluated.props === "object") {
      const { props } = evaluated;
      Object.defineProperty(evaluated, "props", { get: () => ({ ...props }) });
    }
    return validate;
  }

  #call(context: KeywordCxt): void {
    const { gen, it } = context;
    const validate = _`${gen.scopeValue("wrapper", { ref: this.#lazy[Number(context.schema)] })}.validate`;
    countStep(context, this.#steps);
    callRef(context, validate);
    // Ajv forgets which members a schema knows when the value does not match it, and takes them all for unknown.
    if (it.props !== true)
      it.props = mergeEvaluated.props(gen, gen.var("props", _`${validate}.evaluated.props`), it.props, Name);
  }
}
