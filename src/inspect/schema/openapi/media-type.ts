import { recordFormatOf } from "../../../core/records.ts";

/** A media type as a document declares it: `application/json`, `text/*`, `application/json; profile=full`. */
export interface MediaType {
  /** Lower case, without parameters. */
  readonly name: string;
  /** Such as `profile=full`, lower case. */
  readonly parameters: readonly string[];
}

/** Content that is JSON, by its media type. */
const JSON_TYPE = /^(?:application\/(?:[\w.+-]+\+)?json|text\/json|[\w.-]+\/[\w.+-]+\+json)$/;

/** Reads a media type or a `Content-Type`. */
export function parseMediaType(text: string): MediaType {
  const [name = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  return { name, parameters: parameters.map((one) => one.replace(/\s*=\s*/, "=").replaceAll('"', "")) };
}

/**
 * Which of the declared contents is meant: the media type itself, else its family, else anything; all that is JSON, and all lines of it, count
 * as what is declared of them. Of several of one name, the one that shares most parameters and asks for no other.
 */
export function chosenContent<Content extends MediaType>(
  contents: readonly Content[],
  { name, parameters }: MediaType,
): Content | undefined {
  const format = recordFormatOf(name);
  const family = `${name.slice(0, name.indexOf("/"))}/*`;
  const groups = [
    contents.filter((content) => content.name === name),
    isJsonType(name) ? contents.filter((content) => isJsonType(content.name)) : [],
    format === undefined ? [] : contents.filter((content) => recordFormatOf(content.name) === format),
    contents.filter((content) => content.name === family),
    contents.filter((content) => content.name === "*/*" || content.name === "*"),
  ];
  const group = groups.find(({ length }) => length > 0) ?? [];
  const [closest] = group
    .filter((content) => content.parameters.every((parameter) => parameters.includes(parameter)))
    .toSorted((a, b) => b.parameters.length - a.parameters.length);
  return closest ?? group[0];
}

export function isJsonType(name: string): boolean {
  return JSON_TYPE.test(name);
}
