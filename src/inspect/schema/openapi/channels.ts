import type { SchemaProblem } from "../schema-error.ts";
import { below, childrenOf, itemsOf, type Documents, type Place } from "./documents.ts";
import { parseMediaType } from "./media-type.ts";
import type { Content, Operation } from "./operation.ts";
import { PlaceReader } from "./place-reader.ts";
import { serverBase } from "./servers.ts";

/** Media types in which messages come over HTTP one after another. */
const STREAMS = ["text/event-stream", "application/x-ndjson", "application/json-seq"];
/** Schemas of other languages than AsyncAPI's own, which is JSON Schema. */
const OTHER_LANGUAGE = /^(?!application\/(?:vnd\.aai\.asyncapi|schema)\b)/;

/** A channel with the messages that the vendor sends on it. */
interface Channel {
  readonly address: string;
  readonly place: Place;
  readonly method: string;
  /** Servers on which it is; undefined for all. */
  readonly servers: ReadonlySet<unknown> | undefined;
  readonly messages: readonly Place[];
}

/**
 * Reads the channels of an AsyncAPI document (2 or 3) that vendors serve by HTTP: each is an operation whose response is one
 * message, or a stream of them. What is wrong goes to `problem`.
 */
export class ChannelReader {
  readonly #reader: PlaceReader;

  constructor(documents: Documents, problem: (problem: SchemaProblem) => void) {
    this.#reader = new PlaceReader(documents, problem);
  }

  *read(root: Place): Generator<Operation> {
    const isSecond = String(below(root, "asyncapi")?.value).startsWith("2");
    for (const channel of isSecond ? this.#second(root) : this.#third(root)) {
      const bases = this.#bases(root, channel.servers);
      if (bases.length > 0) yield this.#operation(channel, bases);
    }
  }

  /** Version 2: what the vendor sends is under `subscribe`, since applications do that. */
  *#second(root: Place): Generator<Channel> {
    for (const [address, place] of this.#reader.entries(below(root, "channels"), "channels are given by address")) {
      const subscribe = below(place, "subscribe");
      const message = subscribe && below(subscribe, "message");
      if (subscribe === undefined || message === undefined) continue;
      const messages = alternatives(message) ?? [message];
      const method = methodOf(subscribe);
      yield { address, place: subscribe, method, servers: namesOf(below(place, "servers")), messages };
    }
  }

  /** Version 3: what the vendor sends is what its operations `send`; without operations, all messages of a channel. */
  *#third(root: Place): Generator<Channel> {
    const operations = this.#reader
      .entries(below(root, "operations"), "operations are given by name")
      .flatMap(([, at]) => this.#reader.resolved(at) ?? []);
    const channels = this.#reader.entries(below(root, "channels"), "channels are given by name");
    for (const [, at] of channels) {
      const place = this.#reader.resolved(at);
      const address = place && below(place, "address")?.value;
      if (place === undefined || typeof address !== "string") continue;
      const own = operations.filter((operation) => this.#isOf(operation, place));
      const sending = own.filter((operation) => below(operation, "action")?.value === "send");
      if (own.length > 0 && sending.length === 0) continue;
      const named = sending.flatMap((operation) => itemsOf(below(operation, "messages")));
      const messages = named.length > 0 ? named : childrenOf(below(place, "messages"));
      const [first = place] = sending;
      yield { address, place: first, method: methodOf(first), servers: this.#serversOf(place), messages };
    }
  }

  #isOf(operation: Place, channel: Place): boolean {
    const named = below(operation, "channel");
    const target = named && this.#reader.resolved(named);
    return target?.file === channel.file && target.pointer === channel.pointer;
  }

  #serversOf(channel: Place): ReadonlySet<unknown> | undefined {
    const servers = itemsOf(below(channel, "servers"));
    return servers.length === 0 ? undefined : new Set(servers.map((server) => nameOf(below(server, "$ref")?.value)));
  }

  /** Base paths of the servers that speak HTTP; the root where the document names no server at all. */
  #bases(root: Place, names: ReadonlySet<unknown> | undefined): string[] {
    const servers = this.#reader.entries(below(root, "servers"), "servers are given by name");
    if (servers.length === 0) return [""];
    const bases = servers.flatMap(([name, at]): string[] => {
      const server = names?.has(name) === false ? undefined : this.#reader.resolved(at);
      if (server === undefined || !/^(?:https?|sse)$/i.test(String(below(server, "protocol")?.value))) return [];
      const pathname = below(server, "pathname")?.value;
      return [typeof pathname === "string" ? pathname.replace(/\/$/, "") : (serverBase(server) ?? "")];
    });
    return [...new Set(bases)];
  }

  #operation({ address, place, method, messages }: Channel, bases: readonly string[]): Operation {
    const path = address.startsWith("/") ? address : `/${address}`;
    const payloads = messages.flatMap((message) => this.#payload(message) ?? []);
    const known = payloads.length === messages.length && payloads.length > 0;
    const schema = known ? anyOf(payloads, place) : undefined;
    const record = schema && { schema, isEvent: false };
    const contents: Content[] = [
      { ...parseMediaType("application/json"), schema },
      ...STREAMS.map((type) => ({ ...parseMediaType(type), schema, record })),
      { ...parseMediaType("*/*"), schema: undefined },
    ];
    const responses = new Map([["2XX", { place, contents, headers: [] }]]);
    return { method, path, template: path, bases, place, responses };
  }

  /** The schema of what a message carries; undefined where it is of another language, or missing. */
  #payload(at: Place): Place | undefined {
    const message = this.#reader.resolved(at);
    const payload = message && below(message, "payload");
    if (message === undefined || payload === undefined) return undefined;
    const format = below(message, "schemaFormat") ?? below(payload, "schemaFormat");
    if (typeof format?.value === "string" && OTHER_LANGUAGE.test(format.value)) return undefined;
    return below(payload, "schemaFormat") === undefined ? payload : below(payload, "schema");
  }
}

/** One schema for several, each of which stands where it is declared. */
function anyOf(schemas: readonly Place[], { file, pointer }: Place): Place {
  const [only, ...others] = schemas;
  if (only !== undefined && others.length === 0) return only;
  const references = schemas.map((schema) => ({
    $ref: `${schema.file === file ? "" : schema.file}#${schema.pointer.replaceAll("%", "%25")}`,
  }));
  return { file, pointer: `${pointer}/messages`, value: { anyOf: references } };
}

function methodOf(operation: Place): string {
  const method = below(operation, "bindings", "http", "method")?.value;
  return typeof method === "string" ? method.toUpperCase() : "GET";
}

function alternatives(message: Place): readonly Place[] | undefined {
  const oneOf = below(message, "oneOf");
  return oneOf === undefined ? undefined : itemsOf(oneOf);
}

function namesOf(servers: Place | undefined): ReadonlySet<unknown> | undefined {
  return servers === undefined || !Array.isArray(servers.value) ? undefined : new Set(servers.value);
}

function nameOf(reference: unknown): string {
  const text = String(reference);
  return text.slice(text.lastIndexOf("/") + 1);
}
