import type { ErrorObject } from "ajv";
import type { Detection } from "../../../core/finding.ts";
import type { ContentCheck } from "../declaration.ts";
import { kindOf } from "../kind.ts";
import { below, placeName } from "./documents.ts";
import type { Header } from "./operation.ts";
import type { Validators } from "./validators.ts";

/** Fields that OpenAPI leaves to other places of the document. */
const ELSEWHERE = new Set(["content-type", "accept", "authorization"]);

/** What parts the items of a list, by `collectionFormat` of Swagger 2.0. */
const SEPARATORS: Readonly<Partial<Record<string, string>>> = { ssv: " ", tsv: "\t", pipes: "|" };

/** Checks the header fields that a response declares; a field is read as the number, flag or list that its schema asks for. */
export function headerCheck(declared: readonly Header[], validators: Validators): ContentCheck {
  const headers = declared.filter(({ name }) => !ELSEWHERE.has(name));
  return (part, settings) =>
    headers.flatMap(({ name, required, place, schema }): Detection[] => {
      const shared = {
        stage: "schema",
        category: "schema",
        severity: "medium",
        part,
        remedy: { kind: "none" },
      } as const;
      const leaves = Array.from({ length: part.leaves.length }, (_, index) => index).filter(
        (index) => part.leaves.path(index).toLowerCase() === name,
      );
      if (leaves.length === 0) {
        if (!required) return [];
        const difference = { kind: "missing", schema: `${placeName(place)}/required` } as const;
        const message = `the header field ${name} is declared as required and missing`;
        return [{ ...shared, rule: "lazaret/schema/header", message, evidence: name, difference }];
      }
      if (schema === undefined) return [];
      const separator = SEPARATORS[String(below(schema, "collectionFormat")?.value)] ?? ",";
      const errorOf = (value: string): ErrorObject | undefined => {
        const errors = readings(value, separator).map((reading) => validators.errorsOf(schema, reading, settings));
        if (errors.some((found) => found.length === 0)) return undefined;
        return (errors.findLast(([first]) => !isOtherType(first)) ?? errors.at(-1))?.[0];
      };
      // Fields of one name are one list (RFC 9110, section 5.3), or each has to be right.
      if (errorOf(leaves.map((leaf) => part.leaves.value(leaf)).join(separator)) === undefined) return [];
      return leaves.flatMap((leaf): Detection[] => {
        const evidence = part.leaves.value(leaf);
        const error = errorOf(evidence);
        if (error === undefined) return [];
        const message = `the header field ${name} does not match the schema: ${error.message ?? error.keyword}`;
        const difference = { kind: kindOf(error), schema: validators.placeOf(error) };
        return [{ ...shared, leaf, rule: `lazaret/schema/${error.keyword}`, message, evidence, difference }];
      });
    });
}

/** Whether a reading is not of the type that is declared at all, so that it is not the one that was meant. */
function isOtherType(error: ErrorObject | undefined): boolean {
  return error?.keyword === "type" && error.instancePath === "";
}

/** What a field can mean as a list, an object (OpenAPI's style `simple`) or one value, the most probable last. */
function readings(value: string, separator: string): readonly unknown[] {
  const text = value.trim();
  const items = text === "" ? [] : text.split(separator).map((item) => item.trim());
  const pairs = items.every((item) => item.includes("="))
    ? items.map((item) => [item.slice(0, item.indexOf("=")), item.slice(item.indexOf("=") + 1)] as const)
    : items.flatMap((item, index) => (index % 2 === 0 ? [[item, items[index + 1] ?? ""] as const] : []));
  const objects = [pairs, pairs.map(([name, item]) => [name, scalar(item)] as const)];
  return [...objects.map((entries) => Object.fromEntries(entries)), items, items.map(scalar), text, scalar(text)];
}

/** The number or flag that a text spells, else the text. */
function scalar(text: string): unknown {
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return Number(text);
  return text === "true" || (text === "false" ? false : text);
}
