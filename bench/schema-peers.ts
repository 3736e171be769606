import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Recorded } from "./schema-exchanges.ts";
import { PathTree } from "../src/inspect/schema/path-tree.ts";

/** A validator of responses. */
export interface Peer {
  readonly name: string;
  /** Whether a response is not what the document says; undefined where the validator itself fails. */
  readonly differs: (recorded: Recorded) => Promise<boolean | undefined>;
}

interface Operation {
  readonly responses: Readonly<Record<string, unknown>>;
}

interface PrismOperation {
  readonly method: string;
  readonly path: string;
}

interface PrismReader {
  getHttpOperationsFromSpec(file: string): Promise<readonly PrismOperation[]>;
}

interface PrismValidator {
  /** An `Either` of fp-ts: `Left` with what differs. */
  validateOutput(input: object): object;
}

interface ResponseValidator {
  validateResponse(status: number, body: unknown): { readonly errors?: readonly unknown[] } | undefined;
}

/** Seconds in which a peer has to read a document. */
export const PATIENCE = 300;

/**
 * Validators that others use, over one document. They are told the operation, and get the body parsed. Prism is not among
 * them where it does not come to an end with the document.
 */
export async function peersFor(file: string, load: NodeJS.Require): Promise<readonly Peer[]> {
  const document: { readonly paths: Record<string, Record<string, Operation>>; readonly components: object } =
    JSON.parse(readFileSync(file, "utf8"));
  const reads = prismReads(file, load.resolve("@stoplight/prism-http"));
  return [...(reads ? [await prism(file, load)] : []), responseValidator(document, load)];
}

/** Whether Prism reads the document in time; tried in a process that can be ended. */
function prismReads(file: string, module: string): boolean {
  const script = "require(process.argv[1]).getHttpOperationsFromSpec(process.argv[2]).then(() => process.exit(0))";
  return spawnSync(process.execPath, ["-e", script, module, file], { timeout: PATIENCE * 1000 }).status === 0;
}

/** Prism's validation of output, as its proxy runs it. */
async function prism(file: string, load: NodeJS.Require): Promise<Peer> {
  const reader: PrismReader = load("@stoplight/prism-http");
  const validator: PrismValidator = load("@stoplight/prism-http/dist/validator");
  const tree = new PathTree<PrismOperation>();
  for (const operation of await reader.getHttpOperationsFromSpec(file))
    tree.add(operation.method.toUpperCase(), operation.path, operation);
  return {
    name: "Prism 5.16",
    differs: async ({ method, path, status, contentType, text }) => {
      const resource = tree.find(method, path.replace(/\?.*$/, ""));
      if (resource === undefined) return false;
      const element = { statusCode: status, headers: { "content-type": contentType }, body: JSON.parse(text) };
      return Reflect.get(validator.validateOutput({ resource, element }), "_tag") === "Left";
    },
  };
}

function responseValidator(
  { paths, components }: { readonly paths: Record<string, Record<string, Operation>>; readonly components: object },
  load: NodeJS.Require,
): Peer {
  const { default: Validator }: { default: new (settings: object) => ResponseValidator } =
    load("openapi-response-validator");
  const tree = new PathTree<Operation>();
  for (const [path, item] of Object.entries(paths))
    for (const [method, operation] of Object.entries(item)) tree.add(method.toUpperCase(), path, operation);
  const made = new Map<Operation, ResponseValidator | undefined>();
  const validatorOf = (operation: Operation): ResponseValidator | undefined => {
    try {
      return new Validator({ responses: operation.responses, components });
    } catch {
      return undefined;
    }
  };
  return {
    name: "openapi-response-validator 12.1",
    differs: async ({ method, path, status, text }) => {
      const operation = tree.find(method, path.replace(/\?.*$/, ""));
      if (operation?.responses[String(status)] === undefined) return false;
      if (!made.has(operation)) made.set(operation, validatorOf(operation));
      const validator = made.get(operation);
      if (validator === undefined) return undefined;
      return (validator.validateResponse(status, JSON.parse(text))?.errors ?? []).length > 0;
    },
  };
}
