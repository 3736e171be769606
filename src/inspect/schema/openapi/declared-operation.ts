import type { Exchange } from "../../../core/exchange.ts";
import { recordFormatOf } from "../../../core/records.ts";
import type { ContentCheck, Declaration, DeclaredResponse } from "../declaration.ts";
import { jsonCheck, type JsonValidator } from "../json-check.ts";
import { eventsCheck, recordsCheck } from "../records-check.ts";
import { below, type Documents, type Place, placeName } from "./documents.ts";
import { headerCheck } from "./header-check.ts";
import { leafShape } from "./leaf-shape.ts";
import { chosenContent, isJsonType, parseMediaType } from "./media-type.ts";
import type { Content, Operation, ResponseDeclaration } from "./operation.ts";
import type { Validators } from "./validators.ts";

/** An operation with its checks, each made when it is first needed. */
export class DeclaredOperation {
  readonly operation: Operation;
  readonly #documents: Documents;
  readonly #validators: Validators;
  readonly #responses = new Map<string, DeclaredResponse>();
  #isWithdrawn = false;

  constructor(operation: Operation, validators: Validators, documents: Documents) {
    this.operation = operation;
    this.#documents = documents;
    this.#validators = validators;
  }

  /** Checks nothing from now on, since another operation has the same route and which is meant cannot be told. */
  withdraw(): void {
    this.#isWithdrawn = true;
  }

  declared({ status }: Exchange): Declaration {
    const { method, path, responses, place } = this.operation;
    const route = `${method} ${path}`;
    if (this.#isWithdrawn) return { kind: "response", route, place: placeName(place), contentOf: () => "unchecked" };
    for (const name of [String(status), `${String(status)[0]}XX`, "DEFAULT"]) {
      const response = responses.get(name);
      if (response === undefined) continue;
      const known = this.#responses.get(name) ?? this.#declared(route, response);
      this.#responses.set(name, known);
      return known;
    }
    return { kind: "undocumented-status", route, place: placeName(below(place, "responses") ?? place) };
  }

  #declared(route: string, { place, contents, headers }: ResponseDeclaration): DeclaredResponse {
    const checks = new Map<Content, ContentCheck | "unchecked">();
    return {
      kind: "response",
      route,
      place: placeName(place),
      headers: headerCheck(headers, this.#validators),
      shapeOf: (mediaType) => {
        const schema = chosenContent(contents, parseMediaType(mediaType))?.schema;
        return schema && ((path) => leafShape(this.#documents, schema, path));
      },
      contentOf: (mediaType) => {
        // A response without content is often one that nobody wrote down.
        if (contents.length === 0) return "unchecked";
        const sent = parseMediaType(mediaType);
        const content = chosenContent(contents, sent);
        if (content === undefined) return "undocumented";
        const isJson = isJsonType(content.name) || (content.name.includes("*") && isJsonType(sent.name));
        if (!isJson && recordFormatOf(content.name) === undefined) return "unchecked";
        const check = checks.get(content) ?? this.#check(content);
        checks.set(content, check);
        return check;
      },
    };
  }

  #check(content: Content): ContentCheck | "unchecked" {
    const { name, schema, record } = content;
    if (record !== undefined) return (record.isEvent ? eventsCheck : recordsCheck)(this.#validator(record.schema));
    const isSequential = recordFormatOf(name) !== undefined;
    return schema === undefined || isSequential ? "unchecked" : jsonCheck(this.#validator(schema));
  }

  #validator(schema: Place): JsonValidator {
    const validators = this.#validators;
    return {
      place: placeName(schema),
      errorsOf: (value, settings) => validators.errorsOf(schema, value, settings),
      placeOf: (error) => validators.placeOf(error),
    };
  }
}
