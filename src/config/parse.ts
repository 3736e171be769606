import { readFileSync } from "node:fs";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { type Document, isMap, isNode, isPair, isScalar, LineCounter, parseDocument, visit } from "yaml";
import { checkAliases } from "../core/aliases.ts";
import { ConfigError, type ConfigProblem } from "./config-error.ts";
import type { Configuration } from "./config-types.ts";
import { nearestWord } from "./suggest.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

let validator: ValidateFunction<Configuration> | undefined;

/** Compiled when it is first needed: inspection threads get what was validated. */
function validatorOf(): ValidateFunction<Configuration> {
  if (validator !== undefined) return validator;
  const schema: object = JSON.parse(
    readFileSync(new URL("../../schemas/lazaret.schema.json", import.meta.url), "utf8"),
  );
  validator = new Ajv({ allErrors: true, verbose: true, allowUnionTypes: true, strict: false }).compile<Configuration>(
    schema,
  );
  return validator;
}

const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/** Reads and validates a configuration. Throws `ConfigError` with every problem, each with file, line and key. */
export function parseConfig(text: string, file: string, env: Environment): Configuration {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0)
    throw new ConfigError(
      file,
      document.errors.map(({ message, linePos }): ConfigProblem => {
        const line = linePos?.[0].line;
        return {
          ...(line === undefined ? {} : { line }),
          key: "",
          message: message.replace(/(?: at line \d+, column \d+)?:?\n[^]*$/, ""),
        };
      }),
    );
  const problems = expandVariables(document, lines, env);
  const value = plainValue(document, file);
  const validate = validatorOf();
  if (!validate(value))
    problems.push(...dedupe(validate.errors ?? []).map((error) => problemOf(error, document, lines)));
  if (problems.length > 0 || !validate(value)) throw new ConfigError(file, problems);
  return value;
}

function plainValue(document: Document, file: string): unknown {
  try {
    const value: unknown = document.toJS() ?? {};
    checkAliases(value);
    return value;
  } catch (error) {
    throw new ConfigError(file, [{ key: "", message: error instanceof Error ? error.message : String(error) }]);
  }
}

/** Puts environment variables into string values, in place; a value that was all variable is read as YAML reads it. */
function expandVariables(document: Document, lines: LineCounter, env: Environment): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value !== "string" || !node.value.includes("${")) return;
      const expanded = node.value.replaceAll(VARIABLE, (_whole, name: string, fallback: string | undefined) => {
        const found = env[name] ?? fallback;
        if (found === undefined)
          problems.push({
            line: lines.linePos(node.range?.[0] ?? 0).line,
            key: "",
            message: `the environment variable ${name} is not set; set it, or write \${${name}:-default}`,
          });
        return found ?? "";
      });
      node.value = /^(?:\d+|true|false)$/.test(expanded) ? JSON.parse(expanded) : expanded;
    },
  });
  return problems;
}

/** One error a place: what a failed `anyOf` or `if` adds says nothing more. */
function dedupe(errors: readonly ErrorObject[]): ErrorObject[] {
  const useful = errors.filter(({ keyword }) => keyword !== "if" && keyword !== "propertyNames");
  const seen = new Set<string>();
  return useful.filter((error) => {
    const place = `${error.instancePath} ${error.keyword === "additionalProperties" ? JSON.stringify(error.params) : ""}`;
    const isNew = !seen.has(place);
    seen.add(place);
    return isNew;
  });
}

function problemOf(error: ErrorObject, document: Document, lines: LineCounter): ConfigProblem {
  const path = error.instancePath.split("/").slice(1).map(unescapePointer);
  const unknown: unknown = error.params["additionalProperty"];
  const key = typeof unknown === "string" ? unknown : error.propertyName;
  const place = key === undefined ? path : [...path, key];
  const line = lineOf(document, lines, place);
  return {
    ...(line === undefined ? {} : { line }),
    key: place.join("."),
    message: typeof unknown === "string" ? unknownKey(unknown, error) : expectation(error),
  };
}

function unescapePointer(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}

function unknownKey(key: string, { parentSchema }: ErrorObject): string {
  const properties: unknown = parentSchema?.["properties"];
  const known = typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
  const near = nearestWord(key, known);
  return near === undefined ? `unknown key; known are ${known.join(", ")}` : `unknown key, did you mean "${near}"?`;
}

function expectation({ message = "is not valid", keyword, params, parentSchema }: ErrorObject): string {
  if (keyword === "enum") return `expected one of ${String(params["allowedValues"]).replaceAll(",", ", ")}`;
  if (keyword === "required") return `the key "${String(params["missingProperty"])}" is missing`;
  // Editors show `errorMessage` too.
  const expected: unknown = parentSchema?.["errorMessage"];
  if (typeof expected === "string") return `expected ${expected}`;
  const description: unknown = parentSchema?.["description"];
  return typeof description === "string" && keyword === "pattern" ? `expected: ${description}` : message;
}

function lineOf(document: Document, lines: LineCounter, path: readonly string[]): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const parent: unknown = document.getIn(path.slice(0, length - 1), true) ?? document.contents;
    const key = path[length - 1];
    const pair = isMap(parent)
      ? parent.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === key)
      : undefined;
    const node: unknown = pair?.key ?? document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range != null) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}
