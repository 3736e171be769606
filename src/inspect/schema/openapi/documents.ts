import { readFileSync, statSync } from "node:fs";
import { extname, join, posix, relative } from "node:path";
import { load as parseYaml } from "js-yaml";
import { checkAliases } from "../../../core/aliases.ts";
import { SchemaError } from "../schema-error.ts";

/** A value and where it stands. */
export interface Place {
  /** Path relative to the folder, with forward slashes, or the URL of a remote document. */
  readonly file: string;
  /** JSON Pointer (RFC 6901); empty for the whole file. */
  readonly pointer: string;
  readonly value: unknown;
}

/** Bytes of one document: several times the largest that a vendor is known to publish. */
const LARGEST = 128 * 2 ** 20;

/** The files of one folder, read once each when something refers to them. */
export class Documents {
  readonly #folder: string;
  readonly #remote: Readonly<Record<string, string>>;
  readonly #files: Map<string, unknown>;

  /** `remote`: folders with copies of remote documents, by the beginning of their URLs. `known`: files that are read already. */
  constructor(
    folder: string,
    remote: Readonly<Record<string, string>> = {},
    known: ReadonlyMap<string, unknown> = new Map(),
  ) {
    this.#folder = folder;
    this.#remote = remote;
    this.#files = new Map(known);
  }

  /** A whole file. Throws `SchemaError` where it cannot be read or parsed. */
  root(file: string): Place {
    let value = this.#files.get(file);
    if (value === undefined) {
      value = parseFile(this.#pathOf(file));
      this.#files.set(file, value);
    }
    return { file, pointer: "", value };
  }

  /** What a `$ref` that stands in `from` means; a reason where that is nothing. Throws `SchemaError` for a file that cannot be read. */
  resolve(reference: string, from: Place): Place | string {
    const [location = "", fragment = ""] = reference.split("#", 2);
    const file =
      location === "" || this.#isSelf(location, from) ? from.file : referredFile(decoded(location), from.file);
    if (file.startsWith("../"))
      return `${reference} is outside the folder: name as \`schemas\` a folder that holds both`;
    if (isRemote(file) && this.#copyOf(file) === undefined)
      return `${reference} is remote: put a copy into a folder and name it under \`schemaImport.remote\``;
    return valueAt(this.root(file), decoded(fragment)) ?? `there is nothing at ${reference}`;
  }

  /** Whether a document is meant by the name that it gives itself (`$self` of OpenAPI 3.2). */
  #isSelf(location: string, from: Place): boolean {
    const self = below(this.root(from.file), "$self");
    return self !== undefined && self.value === location;
  }

  #pathOf(file: string): string {
    return this.#copyOf(file) ?? join(this.#folder, file);
  }

  #copyOf(file: string): string | undefined {
    const [prefix, folder] = Object.entries(this.#remote).find(([url]) => file.startsWith(url)) ?? [];
    if (prefix === undefined || folder === undefined) return undefined;
    const path = join(folder, file.slice(prefix.length));
    return relative(folder, path).startsWith("..") ? undefined : path;
  }
}

/** The place one or more steps below another; undefined where there is nothing. */
export function below(place: Place, ...steps: readonly (string | number)[]): Place | undefined {
  let { pointer, value } = place;
  for (const step of steps) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
    pointer += `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`;
  }
  return { file: place.file, pointer, value };
}

/** The places of the members of an object or the items of a list; none where there is neither. */
export function childrenOf(place: Place | undefined): readonly Place[] {
  if (place === undefined || typeof place.value !== "object" || place.value === null) return [];
  return Object.keys(place.value).flatMap((name) => below(place, name) ?? []);
}

/** The places of the items of a list; none where there is no list. */
export function itemsOf(place: Place | undefined): readonly Place[] {
  return Array.isArray(place?.value) ? childrenOf(place) : [];
}

/** `file#pointer`, as findings and messages name a place. */
export function placeName({ file, pointer }: Place): string {
  return pointer === "" ? file : `${file}#${pointer}`;
}

function valueAt(root: Place, pointer: string): Place | undefined {
  if (pointer === "") return root;
  if (!pointer.startsWith("/")) return undefined;
  const steps = pointer.slice(1).split("/");
  return below(root, ...steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~")));
}

function isRemote(file: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(file);
}

function referredFile(location: string, from: string): string {
  if (isRemote(location)) return location;
  return isRemote(from) ? new URL(location, from).href : posix.normalize(posix.join(posix.dirname(from), location));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parseFile(path: string): unknown {
  let text: string;
  try {
    const { size } = statSync(path);
    if (size > LARGEST) throw new Error(`it has ${size} bytes, more than ${LARGEST}`);
    text = readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    throw new SchemaError(path, undefined, `cannot be read: ${reasonOf(error)}`);
  }
  try {
    if (extname(path) === ".json") {
      const json: unknown = JSON.parse(text);
      return json;
    }
    const value: unknown = parseYaml(text);
    checkAliases(value);
    return value;
  } catch (error) {
    throw new SchemaError(path, undefined, `cannot be parsed: ${reasonOf(error).split("\n")[0] ?? ""}`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
