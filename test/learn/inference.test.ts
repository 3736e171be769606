import { describe, expect, it } from "vitest";
import { madeUp } from "../../bench/learn/made-up.ts";
import { randomFrom } from "../../bench/learn/random.ts";
import { readDocument, writeDocument } from "../../src/learn/document.ts";
import { Learner } from "../../src/learn/learner.ts";
import { templateSegments } from "../../src/learn/path-template.ts";
import { redactedJson, redactedUrl, RepeatedValues } from "../../src/learn/redact.ts";
import { learnedSchema, learnedValidator } from "../support/learned-validator.ts";

interface Property {
  readonly type?: unknown;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly additionalProperties?: unknown;
  readonly required?: readonly string[];
}

function learn(bodies: readonly unknown[], redacted = false): string {
  const learner = new Learner("acme");
  for (const value of bodies)
    learner.add({ method: "GET", url: "/r", status: 200, mediaType: "application/json", json: { value }, redacted });
  return writeDocument(learner.learned());
}

const schemaOf = (document: string): Property => learnedSchema(document, { path: "/r" });
const order = (count = 200): unknown[] => madeUp("GET /orders/{id}", count, 3);

describe("a learned schema", () => {
  it("has types, formats, ranges, what is optional, null and listed, and no end where ever new members come", () => {
    const { properties = {}, required = [], additionalProperties } = schemaOf(learn(order()));
    expect(additionalProperties).toBe(false);
    expect(required).toContain("address");
    expect(required).not.toContain("note");
    expect(properties["id"]).toMatchObject({ type: "integer", minimum: 0 });
    expect(properties["placed_at"]).toMatchObject({ type: "string", format: "date-time" });
    expect(properties["shipped_at"]).toMatchObject({ type: ["string", "null"], format: "date-time" });
    expect(properties["state"]?.enum).toEqual(["cancelled", "open", "paid", "shipped"]);
    expect(properties["number"]?.pattern).toBe("^ORD-[0-9A-Z-]+$");
    const growing = Array.from({ length: 200 }, (_, i) => ({
      [`member_${String.fromCharCode(97 + (i % 26))}${i}`]: 1,
    }));
    expect(schemaOf(learn(growing)).additionalProperties).not.toBe(false);
  });

  it("takes members whose names are data for a map", () => {
    const random = randomFrom(1);
    const uuid = (): string => `${random.characters("0123456789abcdef", 8)}-0000-4000-8000-000000000000`;
    const schema = schemaOf(learn(Array.from({ length: 30 }, () => ({ [uuid()]: { role: "reader" } }))));
    expect(schema.properties).toBeUndefined();
    expect(schema.additionalProperties).toMatchObject({ type: "object" });
  });

  it("requires and closes nothing that was seen a few times", () => {
    const { required, additionalProperties, properties = {} } = schemaOf(learn(order(10)));
    expect([required, additionalProperties, properties["state"]?.enum]).toEqual([undefined, undefined, undefined]);
  });

  it("never lists what could be personal, nor what was seen rarely", () => {
    const people = ["Ana Smith", "Mei", "Łukasz", "ana@example.com", "+49 30 1234567", "ana-smith-77"];
    const bodies = Array.from({ length: 300 }, (_, i) => ({
      name: people[i % 3],
      login: people[5],
      contact: people[3],
      caller: people[4],
      of: people[i % 2],
      plan: i % 100 === 0 ? "staff-only" : "basic",
      tier: i === 7 ? "hidden" : "open",
    }));
    const document = learn(bodies);
    for (const value of [...people, "hidden"]) expect(document).not.toContain(value);
    expect(schemaOf(document).properties?.["plan"]?.enum).toEqual(["basic", "staff-only"]);
  });
});

it("made up routes: after 200 responses at most 1 % of 300 others differ", () => {
  for (const route of ["GET /v1/charges", "GET /users/{id}", "GET /events"]) {
    const bodies = madeUp(route, 500, 11);
    const differences = learnedValidator(schemaOf(learn(bodies.slice(0, 200))));
    const rejected = bodies.slice(200).filter((body) => differences(body).length > 0);
    expect([route, rejected.length <= 3]).toEqual([route, true]);
  }
});

describe("a redacted body", () => {
  it("says nothing that is anyone's, and teaches the same shape", () => {
    const values = new RepeatedValues();
    const bodies = order(600);
    const redacted = bodies.map((body) => redactedJson(body, values.ofExchange("GET /r 200")));
    const text = JSON.stringify(redacted);
    for (const personal of ["Ana", "Kowalczyk", "Berlin", "Hauptstra", "example.com/a", "parcels"])
      expect(text).not.toContain(personal);
    const document = learn(redacted, true);
    expect(schemaOf(document).properties?.["state"]?.enum).toEqual(["cancelled", "open", "paid", "shipped"]);
    expect(schemaOf(document).properties?.["placed_at"]?.format).toBe("date-time");
    const differences = learnedValidator(schemaOf(document));
    expect(bodies.flatMap((body) => differences(body))).toEqual([]);
  });

  it("keeps a value only once it stood in twenty exchanges", () => {
    const values = new RepeatedValues();
    const kept = Array.from({ length: 25 }, () => redactedJson({ state: "open", name: "Ana" }, values.ofExchange("r")));
    expect(JSON.stringify(kept[18])).toBe('{"state":"xxxx","name":"Xxx"}');
    expect(JSON.stringify(kept[19])).toBe('{"state":"open","name":"Xxx"}');
  });

  it("has no identifiers in its path and no query", () => {
    expect(redactedUrl("https://api.example/v1/users/4711/cards/cus_9s6XKzkNRiz8i3?key=secret")).toBe(
      "/v1/users/0000/cards/cus_0x0XXxxXXxx0x0",
    );
  });

  it.each([
    ["/users/ana%40mail.example/x", "/users/xxxx@example.com/x"],
    ["/calls/%2B491701234567", "/calls/+000000000000"],
    ["/calls/+491701234567", "/calls/+000000000000"],
    ["/people/Ana%20Smith/posts", "/people/Xxx%20Xxxxx/posts"],
    ["/v1/search/%zz%20x", "/v1/search/%xx%20x"],
    ["/v1/items/latest", "/v1/items/latest"],
  ])("has no addresses, telephone numbers or names with blanks in its path: %s", (path, redacted) => {
    expect(redactedUrl(path)).toBe(redacted);
    // What identified still does, so that all such paths are one route.
    expect(templateSegments(redacted)).toEqual(templateSegments(path));
  });
});

describe("path templates", () => {
  function pathsOf(urls: readonly string[], templates: readonly string[] = []): string[] {
    const learner = new Learner("acme", undefined, templates);
    for (const url of urls) learner.add({ method: "GET", url, status: 204, mediaType: undefined });
    return learner.learned().routes.map(({ path }) => path);
  }

  it("have a parameter where identifiers stand, named for what is before it", () => {
    const urls = [
      "https://a.example/v1/users/17/orders/5f1d7a84c5b2a3001f8b4567?x=1",
      "/v1/users/18/orders/6b2f0f4e-2d0a-4c1e-9d2b-0123456789ab",
      "/v1/users/me",
      "/v1/addresses/ch_3MmlLrLkdIwHu7ix0snN0B15/1",
    ];
    expect(pathsOf(urls)).toEqual([
      "/v1/addresses/{addressId}/{addressId2}",
      "/v1/users/me",
      "/v1/users/{userId}/orders/{orderId}",
    ]);
  });

  it("and where there are ever new names, or where the caller says so", () => {
    const names = Array.from({ length: 25 }, (_, i) => `/repos/${"abcdefghijklmnopqrstuvwxy"[i]}/readme`);
    expect(pathsOf(names)).toEqual(["/repos/{repoId}/readme"]);
    expect(pathsOf(names.slice(0, 3))).toHaveLength(3);
    expect(pathsOf(names.slice(0, 3), ["/repos/{owner}/readme"])).toEqual(["/repos/{owner}/readme"]);
  });

  it("are kept when learning goes on, fixed ones apart from those with parameters", () => {
    const learner = new Learner("acme");
    const add = (to: Learner, url: string): void => to.add({ method: "GET", url, status: 204, mediaType: undefined });
    for (const url of ["/users/17", "/users/18", "/users/me", "/users/ana"]) add(learner, url);
    const before = readDocument(writeDocument(learner.learned()), "learned.yaml");
    const counts = (more: Learner): unknown =>
      more.learned().routes.map(({ path, responses }) => [path, responses.get("204")?.count]);
    const again = new Learner("acme", before);
    for (const url of ["/users/19", "/users/me"]) add(again, url);
    expect(counts(again)).toEqual([
      ["/users/ana", 1],
      ["/users/me", 2],
      ["/users/{userId}", 3],
    ]);
    expect(counts(new Learner("acme", readDocument(writeDocument(before), "x"), ["/users/{login}"]))).toEqual([
      ["/users/{login}", 4],
    ]);
  });

  it("do not grow with the names in them", () => {
    const learner = new Learner("acme");
    const word = (i: number): string => [...String(i)].map((digit) => "abcdefghij"[Number(digit)]).join("");
    for (let i = 0; i < 5000; i++)
      learner.add({ method: "GET", url: `/u/${word(i)}/x`, status: 204, mediaType: undefined });
    const { routes } = learner.learned();
    expect(routes.map(({ path, responses }) => [path, responses.get("204")?.count])).toEqual([["/u/{uId}/x", 5000]]);
  });
});
