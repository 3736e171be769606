import { charClasses } from "../../core/char-class.ts";
import { headerValue, type HeaderList } from "../../core/headers.ts";
import { partsOf } from "../../core/part.ts";
import type { Tree } from "../../core/stage.ts";
import { toByteString } from "./byte-string.ts";
import { leafName, leafPlace } from "./leaf-name.ts";
import type { Collections, Member } from "./scope.ts";

/** Everything in an exchange that rules can name, made when it is asked for. */
export function exchangeCollections(tree: Tree): Collections {
  const made = new Map<string, readonly Member[]>();
  return (collection) => {
    const known = made.get(collection) ?? MAKERS[collection]?.(tree) ?? NONE;
    made.set(collection, known);
    return known;
  };
}

const NONE: readonly Member[] = [];

type Maker = (tree: Tree) => readonly Member[];

const MAKERS: Readonly<Record<string, Maker>> = {
  ARGS: (tree) => leaves(tree, "values"),
  ARGS_POST: (tree) => leaves(tree, "values"),
  ARGS_NAMES: (tree) => leaves(tree, "keys"),
  ARGS_POST_NAMES: (tree) => leaves(tree, "keys"),
  XML: (tree) => leaves(tree, "values").filter(({ at }) => at?.part.format === "xml"),
  ARGS_GET: ({ exchange }) => query(exchange.request.url),
  ARGS_GET_NAMES: ({ exchange }) => query(exchange.request.url).map(({ name }) => ({ name, value: name })),
  ARGS_COMBINED_SIZE: (tree) =>
    one(String([...leaves(tree, "values"), ...leaves(tree, "keys")].reduce((sum, { value }) => sum + value.length, 0))),
  QUERY_STRING: ({ exchange }) => one(/\?([^#]*)/.exec(exchange.request.url)?.[1] ?? ""),
  REQUEST_METHOD: ({ exchange }) => one(exchange.request.method),
  REQUEST_PROTOCOL: () => one("HTTP/1.1"),
  REQUEST_URI: ({ exchange }) => one(originForm(exchange.request.url)),
  REQUEST_URI_RAW: ({ exchange }) => one(exchange.request.url),
  REQUEST_LINE: ({ exchange: { request } }) => one(`${request.method} ${originForm(request.url)} HTTP/1.1`),
  REQUEST_FILENAME: ({ exchange }) => one(path(exchange.request.url)),
  REQUEST_BASENAME: ({ exchange }) => one(path(exchange.request.url).replace(/^.*\//s, "")),
  REQUEST_HEADERS: ({ exchange }) => fields(exchange.request.headers),
  REQUEST_HEADERS_NAMES: ({ exchange }) => names(exchange.request.headers),
  REQUEST_COOKIES: ({ exchange }) => cookies(exchange.request.headers),
  REQUEST_COOKIES_NAMES: ({ exchange }) => cookies(exchange.request.headers).map(({ name }) => ({ name, value: name })),
  RESPONSE_STATUS: ({ exchange }) => one(String(exchange.status)),
  RESPONSE_PROTOCOL: () => one("HTTP/1.1"),
  RESPONSE_HEADERS: (tree) => leaves(tree, "headers"),
  RESPONSE_HEADERS_NAMES: ({ exchange }) => names(exchange.headers),
  RESPONSE_CONTENT_TYPE: ({ exchange }) => one(headerValue(exchange.headers, "content-type") ?? ""),
  RESPONSE_CONTENT_LENGTH: ({ exchange }) => one(headerValue(exchange.headers, "content-length") ?? "0"),
  RESPONSE_BODY: ({ body }) => one(Buffer.from(body.source).toString("latin1")),
};

function one(value: string): Member[] {
  return [{ name: "", value }];
}

function fields(headers: HeaderList): Member[] {
  return headers.map(([name, value]) => ({ name, value }));
}

function names(headers: HeaderList): Member[] {
  return headers.map(([name]) => ({ name, value: name }));
}

function leaves(tree: Tree, place: ReturnType<typeof leafPlace>): Member[] {
  return [tree.headers, ...partsOf(tree.body)].flatMap((part) =>
    Array.from({ length: part.leaves.length }, (_, leaf) => leaf)
      .filter((leaf) => leafPlace(part, leaf) === place)
      .map((leaf): Member => {
        const value = part.leaves.value(leaf);
        const bytes = place === "headers" ? value : toByteString(value, charClasses(value));
        return { name: leafName(part, leaf), value: bytes, at: { part, leaf } };
      }),
  );
}

function originForm(url: string): string {
  const rest = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "");
  return rest.startsWith("/") ? rest : `/${rest}`;
}

function path(url: string): string {
  return originForm(url).replace(/[?#].*$/s, "");
}

function query(url: string): Member[] {
  const text = /\?([^#]*)/.exec(url)?.[1] ?? "";
  return Array.from(new URLSearchParams(text), ([name, value]) => ({
    name,
    value: toByteString(value, charClasses(value)),
  }));
}

function cookies(headers: HeaderList): Member[] {
  return (headerValue(headers, "cookie") ?? "").split(";").flatMap((pair) => {
    const [, name, value = ""] = /^\s*([^=\s]+)\s*=?(.*)$/s.exec(pair) ?? [];
    return name === undefined ? [] : [{ name, value }];
  });
}
