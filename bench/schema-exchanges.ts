import { readFileSync } from "node:fs";
import { benignCorpus } from "./corpora.ts";

/** A recorded response with the operation that it answers. */
export interface Recorded {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly template: string;
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  readonly json: unknown;
}

type Members = Readonly<Record<string, unknown>>;

function membersOf(value: unknown): Members {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** Exchanges of octokit/fixtures: the only recordings of the corpus that come with their routes. */
export function githubExchanges(): Recorded[] {
  return benignCorpus().flatMap(({ id, body }) => {
    if (!id.startsWith("github/") || !body.includes('"reqheaders"')) return [];
    const recorded: unknown = JSON.parse(body);
    if (!Array.isArray(recorded)) return [];
    return recorded.flatMap((exchange, index): Recorded[] => {
      const { method, path, status, response, headers } = membersOf(exchange);
      const contentType = membersOf(headers)["content-type"];
      if (typeof response !== "object" || typeof method !== "string" || typeof path !== "string") return [];
      return [
        {
          id: `${id} ${index + 1}`,
          method: method.toUpperCase(),
          path,
          template: path.replace(/\?.*$/, "").slice(0, 60),
          status: Number(status),
          contentType: typeof contentType === "string" ? contentType : "application/json",
          text: JSON.stringify(response),
          json: response,
        },
      ];
    });
  });
}

/** Stripe's examples, each as the answer of the first operation of a document that returns such an object. */
export function stripeExchanges(document: string): Recorded[] {
  const operations = new Map<string, { readonly method: string; readonly template: string }>();
  const parsed: unknown = JSON.parse(readFileSync(document, "utf8"));
  for (const [template, item] of Object.entries(membersOf(membersOf(parsed)["paths"])))
    for (const [method, operation] of Object.entries(membersOf(item))) {
      const content = membersOf(membersOf(membersOf(membersOf(operation)["responses"])["200"])["content"]);
      const reference = membersOf(membersOf(content["application/json"])["schema"])["$ref"];
      const name = typeof reference === "string" ? reference.slice(reference.lastIndexOf("/") + 1) : "";
      if (!operations.has(name)) operations.set(name, { method: method.toUpperCase(), template });
    }
  return benignCorpus().flatMap(({ id, body, contentType }): Recorded[] => {
    if (!id.startsWith("stripe/")) return [];
    const json: unknown = JSON.parse(body);
    const { object, deleted } = membersOf(json);
    const operation = operations.get(`${deleted === true ? "deleted_" : ""}${String(object)}`);
    if (operation === undefined) return [];
    const path = operation.template.replaceAll(/\{[^}]*\}/g, "id_1");
    return [{ id, ...operation, path, status: 200, contentType, text: body, json }];
  });
}

/** Copies of a response with one member each turned into something else: what a schema has to notice, mostly. */
export function mutated(recorded: Recorded): Recorded[] {
  const members = membersOf(Array.isArray(recorded.json) ? recorded.json[0] : recorded.json);
  return Object.keys(members)
    .filter((_, index, names) => index % Math.max(1, Math.floor(names.length / 10)) === 0)
    .slice(0, 10)
    .map((name, index) => {
      const changed = { ...members, [name]: changedValue(members[name], index) };
      const json = Array.isArray(recorded.json) ? [changed, ...recorded.json.slice(1)] : changed;
      return { ...recorded, id: `${recorded.id}, ${name}`, json, text: JSON.stringify(json) };
    });
}

function changedValue(value: unknown, index: number): unknown {
  const others: readonly unknown[] = [{ nested: { deeper: 1 } }, "not so", -1.5, [], true, null];
  return others.find((other, at) => at >= index % 3 && typeof other !== typeof value);
}
