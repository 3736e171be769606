import { pathOfUrl } from "../../../core/route.ts";
import type { VendorSchemas } from "../declaration.ts";
import { PathTree } from "../path-tree.ts";
import { SchemaError, type SchemaProblem, schemaProblemLine } from "../schema-error.ts";
import { ChannelReader } from "./channels.ts";
import type { Dialect } from "./converter.ts";
import { DeclaredOperation } from "./declared-operation.ts";
import { type Documents, type Place, placeName } from "./documents.ts";
import { examineSchemas, schemasOf } from "./examination.ts";
import type { Operation } from "./operation.ts";
import { OperationReader } from "./operations.ts";
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
    const { dialect, version, isAsync } = dialectOf(root);
    const reader = isAsync ? new ChannelReader(documents, problem) : new OperationReader(documents, dialect, problem);
    const operations = [...reader.read(root)];
    if (operations.length === 0)
      problem({ file, pointer: isAsync ? "/channels" : "/paths", reason: "there is no operation" });
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

interface Version {
  readonly dialect: Dialect;
  /** For people. */
  readonly version: string;
  readonly isAsync: boolean;
}

function dialectOf({ file, value }: Place): Version {
  const named: Readonly<Record<string, unknown>> = typeof value === "object" && value !== null ? { ...value } : {};
  const { openapi, swagger, asyncapi } = named;
  if (openapi === undefined && swagger === undefined && asyncapi === undefined)
    throw new SchemaError(
      file,
      undefined,
      "is no OpenAPI or AsyncAPI document: expected openapi, swagger or asyncapi with its version",
    );
  const version = String(openapi ?? swagger ?? asyncapi);
  const isAsync = openapi === undefined && swagger === undefined;
  if (isAsync && /^[23]\./.test(version)) return { dialect: "3.1", version: `AsyncAPI ${version}`, isAsync };
  if (openapi === undefined && /^2(?:\.0)?$/.test(version)) return { dialect: "2.0", version: "Swagger 2.0", isAsync };
  // As a number, 3.0 is 3.
  const isThird = version === "3" || version.startsWith("3.0");
  if (!isAsync && isThird) return { dialect: "3.0", version: `OpenAPI ${version}`, isAsync };
  if (!isAsync && /^3\.[12]/.test(version)) return { dialect: "3.1", version: `OpenAPI ${version}`, isAsync };
  throw new SchemaError(
    file,
    undefined,
    `${version} is no known version: expected Swagger 2.0, OpenAPI 3.0, 3.1 or 3.2, or AsyncAPI 2 or 3`,
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
