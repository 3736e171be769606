import { _, type Ajv, type KeywordCxt, Name, type Options } from "ajv";
import addFormats from "ajv-formats";
import { RE2JS } from "re2js";
import { isMultiple } from "./multiple-of.ts";

/** How every schema is compiled, wherever it comes from. */
export const COMPILING: Options = {
  allErrors: true,
  // Each error with the value and the schema that it is about.
  verbose: true,
  // A misspelt keyword would check nothing, silently.
  strictSchema: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  allowMatchingProperties: true,
  allowUnionTypes: true,
  logger: false,
  // A member named toString is there only where the response has one.
  ownProperties: true,
  code: { regExp: Object.assign(linearPattern, { code: "linearPattern" }) },
};

/** RE2 runs any pattern in time linear in the value; what only backtracking can do, it refuses. */
function linearPattern(pattern: string): { readonly test: (text: string) => boolean; readonly toString: () => string } {
  const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
  // Ajv keeps one pattern for each name.
  return { test: (text) => compiled.matcher(text).find(), toString: () => `/${pattern}/` };
}

/**
 * Counts references that are followed while a value is validated. All work that a value can multiply goes through them:
 * alternatives of a schema that contains itself take time exponential in the depth of the value.
 */
export class Steps {
  #left = 0;
  #checkTime: () => void = () => undefined;

  /** Runs a validation; `checkTime` is called now and then and throws where there is no time left. */
  counting<Result>(checkTime: () => void, validation: () => Result): Result {
    this.#checkTime = checkTime;
    return validation();
  }

  readonly take = (): void => {
    if (--this.#left > 0) return;
    this.#left = 256;
    this.#checkTime();
  };
}

/** Formats, keywords of ours, and alternatives that say only that none holds, not what each wanted. */
export function prepare(ajv: Ajv): void {
  addFormats.default(ajv);
  ajv.removeKeyword("writeOnly");
  ajv.addKeyword({
    keyword: "writeOnly",
    schemaType: "boolean",
    validate: (isWriteOnly: boolean, value: unknown) => !isWriteOnly || value === null,
    error: { message: "must not be in a response" },
  });
  ajv.removeKeyword("uniqueItems");
  ajv.addKeyword({
    keyword: "uniqueItems",
    type: "array",
    schemaType: "boolean",
    validate: (isUnique: boolean, items: readonly unknown[]) => !isUnique || areUnique(items),
    error: { message: "must not have the same item twice" },
  });
  ajv.removeKeyword("multipleOf");
  ajv.addKeyword({
    keyword: "multipleOf",
    type: "number",
    schemaType: "number",
    validate: (of: number, value: number) => isMultiple(value, of),
    error: { message: ({ schema }) => `must be multiple of ${String(schema)}` },
  });
  for (const keyword of ["anyOf", "oneOf"])
    redefine(ajv, keyword, (context, code) => code(withoutBranchErrors(context)));
  redefine(ajv, "if", (context, code) => code(knowingMembers(context)));
}

/** Calls `steps` at each reference that is followed, whatever the schemas. */
export function countReferences(ajv: Ajv, steps: Steps): void {
  redefine(ajv, "$ref", (context, code) => {
    countStep(context, steps);
    code(context);
  });
}

/** Counts a step in compiled code. */
export function countStep({ gen }: KeywordCxt, steps: Steps): void {
  gen.code(_`${gen.scopeValue("func", { ref: steps.take })}()`);
}

type WriteCode = (context: KeywordCxt) => void;

/** Compiles one of ajv's own keywords in another way. */
export function redefine(ajv: Ajv, keyword: string, code: (context: KeywordCxt, own: WriteCode) => void): void {
  const definition = ajv.getKeyword(keyword);
  if (typeof definition !== "object" || !("code" in definition)) throw new TypeError(`ajv has no code for ${keyword}`);
  const own: WriteCode = (context) => definition.code(context);
  const { schemaType, trackErrors = false, error } = definition;
  ajv.removeKeyword(keyword);
  ajv.addKeyword({ keyword, schemaType, trackErrors, ...(error && { error }), code: (context) => code(context, own) });
}

/** In time linear in the text, where Ajv compares each item with each. */
function areUnique(items: readonly unknown[]): boolean {
  return new Set(items.map((item) => JSON.stringify(item, inOrder))).size === items.length;
}

/** An object with its members in one order, which does not count when objects are compared. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The branch that was chosen knows its members, whether or not the value matches it: Ajv would take them all for unknown. */
function knowingMembers(context: KeywordCxt): KeywordCxt {
  context.mergeValidEvaluated = (branch) => {
    context.mergeEvaluated(branch, Name);
    return true;
  };
  return context;
}

function withoutBranchErrors(context: KeywordCxt): KeywordCxt {
  const error = context.error.bind(context);
  context.error = (append, parameters, paths) => {
    context.reset();
    error(append, parameters, paths);
  };
  return context;
}
