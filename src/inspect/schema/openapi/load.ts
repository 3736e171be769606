import type { Exchange } from "../../../core/exchange.ts";
import { pathOfUrl } from "../../../core/route.ts";
import type { ContentCheck, Declaration, DeclaredResponse, VendorSchemas } from "../declaration.ts";
import { jsonCheck } from "../json-check.ts";
import { PathTree } from "../path-tree.ts";
import { SchemaError, type SchemaProblem, schemaProblemLine } from "../schema-error.ts";
import type { Dialect } from "./converter.ts";
import { below, type Documents, type Place, placeName } from "./documents.ts";
import { examineSchemas, schemasOf } from "./examination.ts";
import { headerCheck } from "./header-check.ts";
import { leafShape } from "./leaf-shape.ts";
import { chosenContent, isJsonType, parseMediaType } from "./media-type.ts";
import { type Content, type Operation, OperationReader, type ResponseDeclaration } from "./operations.ts";
import { Validators } from "./validators.ts";

/**
 * The operations of OpenAPI documents. Throws `SchemaError` with every problem of all of them; a lenient import repairs
 * what it can and only throws for the rest.
 */
export function loadOpenApi(documents: Documents, files: readonly string[], lenient: boolean): VendorSchemas {
  const problems: SchemaProblem[] = [];
  const tree = new PathTree<DeclaredOperation>();
  const fallback = new PathTree<DeclaredOperation>();
  const problem = (one: SchemaProblem): void => {
    problems.push(one);
  };
  const compilations: (() => readonly SchemaProblem[])[] = [];
  const summaries = files.map((file) => {
    const root = documents.root(file);
    const { dialect, version } = dialectOf(root);
    const operations = [...new OperationReader(documents, dialect, problem).read(root)];
    if (operations.length === 0) problem({ file, pointer: "/paths", reason: "there is no operation" });
    const cuts = examineSchemas(documents, dialect, operations, problem);
    const validators = new Validators({ documents, dialect, cuts });
    compilations.push(() => compileAll(operations, validators));
    for (const operation of operations)
      addOperation(tree, fallback, new DeclaredOperation(operation, validators, documents), problem);
    return `${operations.length} operations of ${file} (${version})`;
  });
  const fatal = lenient ? problems.filter(({ repair }) => repair === undefined) : problems;
  if (fatal.length > 0) throw SchemaError.ofAll(fatal);
  return {
    summary: summaries.join(", "),
    repairs: problems.map(schemaProblemLine),
    compile: () => {
      const failures = compilations.flatMap((compile) => compile());
      if (failures.length > 0) throw SchemaError.ofAll(failures);
    },
    find: (exchange) => {
      const path = pathOfUrl(exchange.request.url);
      const method = exchange.request.method.toUpperCase();
      const found = tree.find(method, path) ?? fallback.find(method, path);
      return found?.declared(exchange) ?? { kind: "undocumented-route" };
    },
  };
}

function compileAll(operations: readonly Operation[], validators: Validators): SchemaProblem[] {
  return operations
    .flatMap(({ responses }) => [...responses.values()].flatMap(schemasOf))
    .flatMap((place) => {
      try {
        validators.compileAll(place);
        return [];
      } catch (error) {
        const reason = `cannot be compiled: ${error instanceof Error ? error.message : String(error)}`;
        return [{ file: place.file, pointer: place.pointer, reason }];
      }
    });
}

function dialectOf({ file, value }: Place): { readonly dialect: Dialect; readonly version: string } {
  const { openapi, swagger } =
    typeof value === "object" && value !== null ? { openapi: undefined, swagger: undefined, ...value } : {};
  if (openapi === undefined && swagger === undefined)
    throw new SchemaError(file, undefined, "is no OpenAPI document: expected openapi or swagger with its version");
  const version = String(openapi ?? swagger);
  if (openapi === undefined && /^2(?:\.0)?$/.test(version)) return { dialect: "2.0", version: "Swagger 2.0" };
  // As a number, 3.0 is 3.
  if (version === "3" || version.startsWith("3.0")) return { dialect: "3.0", version: `OpenAPI ${version}` };
  if (/^3\.[12]/.test(version)) return { dialect: "3.1", version: `OpenAPI ${version}` };
  throw new SchemaError(
    file,
    undefined,
    `${version} is no known version: expected Swagger 2.0, or OpenAPI 3.0, 3.1 or 3.2`,
  );
}

function addOperation(
  tree: PathTree<DeclaredOperation>,
  fallback: PathTree<DeclaredOperation>,
  declared: DeclaredOperation,
  problem: (problem: SchemaProblem) => void,
): void {
  const { method, template, bases, place } = declared.operation;
  for (const base of bases) {
    const present = tree.add(method, base + template, declared);
    if (present === undefined || present === declared) continue;
    present.withdraw();
    const reason = `is the same route as ${placeName(present.operation.place)}`;
    problem({ file: place.file, pointer: place.pointer, reason, repair: "neither is checked" });
  }
  // The vendor may be reached by another base path than the document says: through a proxy, or at a test double.
  if (!bases.includes("")) fallback.add(method, template, declared);
}

/** An operation with its checks, each made when it is first needed. */
class DeclaredOperation {
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
    const checks = new Map<Content, ContentCheck>();
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
        const { name, schema } = content;
        const isJson = isJsonType(name) || (name.includes("*") && isJsonType(sent.name));
        if (schema === undefined || !isJson) return "unchecked";
        const check = checks.get(content) ?? this.#check(schema);
        checks.set(content, check);
        return check;
      },
    };
  }

  #check(schema: Place): ContentCheck {
    const validators = this.#validators;
    return jsonCheck({
      place: placeName(schema),
      errorsOf: (value, settings) => validators.errorsOf(schema, value, settings),
      placeOf: (error) => validators.placeOf(error),
    });
  }
}
