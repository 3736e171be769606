import { readFileSync } from "node:fs";
import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import { checkAliases } from "../../core/aliases.ts";
import { SchemaError } from "./schema-error.ts";

/** A JSON or YAML file with what is needed to say where in it something stands. */
export class SchemaFile {
  readonly path: string;
  readonly value: unknown;
  readonly #document: Document;
  readonly #lines: LineCounter;

  /** Throws `SchemaError` where the file cannot be read or parsed. */
  constructor(path: string) {
    this.path = path;
    this.#lines = new LineCounter();
    this.#document = parseDocument(readText(path), { lineCounter: this.#lines, uniqueKeys: true });
    const [error] = this.#document.errors;
    if (error !== undefined)
      throw new SchemaError(path, error.linePos?.[0].line, error.message.split("\n")[0] ?? error.message);
    try {
      this.value = this.#document.toJS();
      checkAliases(this.value);
    } catch (reason) {
      throw new SchemaError(path, undefined, reason instanceof Error ? reason.message : String(reason));
    }
  }

  /** 1-based line of the value at a JSON Pointer (RFC 6901), or of what is nearest around it. */
  line(pointer: string): number | undefined {
    const steps = pointer.split("/").slice(1).map(unescapeStep);
    for (let length = steps.length; length >= 0; length--) {
      const node: unknown = length === 0 ? this.#document.contents : this.#document.getIn(steps.slice(0, length), true);
      if (isNode(node) && node.range != null) return this.#lines.linePos(node.range[0]).line;
    }
    return undefined;
  }
}

function unescapeStep(step: string): string | number {
  const plain = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
  return /^\d+$/.test(plain) ? Number(plain) : plain;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new SchemaError(path, undefined, `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
