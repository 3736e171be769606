import type { Detection } from "../../../core/finding.ts";
import type { ContentCheck } from "../declaration.ts";
import { kindOf } from "../kind.ts";
import { placeName } from "./documents.ts";
import type { Header } from "./operation.ts";
import type { Validators } from "./validators.ts";

/** Fields that OpenAPI leaves to other places of the document. */
const ELSEWHERE = new Set(["content-type", "accept", "authorization"]);

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
      const leaf = Array.from({ length: part.leaves.length }, (_, index) => index).find(
        (index) => part.leaves.path(index).toLowerCase() === name,
      );
      if (leaf === undefined) {
        if (!required) return [];
        const difference = { kind: "missing", schema: `${placeName(place)}/required` } as const;
        const message = `the header field ${name} is declared as required and missing`;
        return [{ ...shared, rule: "lazaret/schema/header", message, evidence: name, difference }];
      }
      if (schema === undefined) return [];
      const value = part.leaves.value(leaf);
      const errors = readings(value).map((reading) => validators.errorsOf(schema, reading, settings));
      if (errors.some((found) => found.length === 0)) return [];
      const [error] = errors.at(-1) ?? [];
      if (error === undefined) return [];
      const message = `the header field ${name} does not match the schema: ${error.message ?? error.keyword}`;
      const difference = { kind: kindOf(error), schema: validators.placeOf(error) };
      return [{ ...shared, leaf, rule: `lazaret/schema/${error.keyword}`, message, evidence: value, difference }];
    });
}

/** What a field can mean, the most probable last. */
function readings(value: string): readonly unknown[] {
  const text = value.trim();
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return [[text], text, Number(text)];
  if (text === "true" || text === "false") return [text, text === "true"];
  return [text.split(",").map((item) => item.trim()), text];
}
