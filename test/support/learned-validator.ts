import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { parse } from "yaml";

/** Response of a learned document that is to be checked against. */
interface WantedResponse {
  readonly path: string;
  readonly method?: string;
  readonly status?: string;
}

interface LearnedDocument {
  readonly paths: Record<
    string,
    Record<string, { responses: Record<string, { content: Record<string, { schema: object }> }> }>
  >;
}

/** The schema of a JSON response in a document as `lazaret learn` writes it. */
export function learnedSchema(yaml: string, { path, method = "get", status = "200" }: WantedResponse): object {
  const document = parse(yaml) as LearnedDocument;
  return document.paths[path]![method]!.responses[status]!.content["application/json"]!.schema;
}

/** Says how a body differs from a learned schema; nothing where it does not. */
export function learnedValidator(schema: object): (body: unknown) => readonly ErrorObject[] {
  const ajv = new Ajv2020({ strictTypes: false, strictRequired: false, allowUnionTypes: true });
  addFormats.default(ajv);
  ajv.addKeyword("x-lazaret-seen");
  const validate = ajv.compile(schema);
  return (body) => (validate(body) ? [] : (validate.errors ?? []));
}
