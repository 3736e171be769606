import { describe, expect, it } from "vitest";
import { expandTemplate } from "../../src/inspect/rules/seclang/template.ts";
import { bookOf, ownPack } from "../support/rules.ts";
import { CASES } from "./cases.ts";

const book = bookOf(await ownPack());
const rules = book.settled.leafRules.map(({ rule }) => rule);

it("every rule has cases, and a message and a tag that name the attack", () => {
  expect(rules.map(({ id }) => id.replace("lazaret/", "")).toSorted()).toEqual(Object.keys(CASES).toSorted());
  for (const [id, { hits, misses }] of Object.entries(CASES)) {
    expect([id, hits.length >= 2, misses.length >= 2]).toEqual([id, true, true]);
  }
  for (const { message, tags } of rules)
    expect([expandTemplate(message, () => "").length > 3, tags.length > 1]).toEqual([true, true]);
});

describe.each(rules)("$id: $message", ({ id, links: [{ targets }] }) => {
  const matches = (value: string): boolean => {
    const place = targets.some(({ collection }) => collection === "ARGS") ? "values" : "keys";
    return book.matches(place, value).some(({ active }) => active.rule.id === id);
  };
  const cases = CASES[id.replace("lazaret/", "")];

  it("matches what it is for", () => {
    expect(cases?.hits.filter((value) => !matches(value))).toEqual([]);
  });

  it("lets pass what comes close", () => {
    expect(cases?.misses.filter((value) => matches(value))).toEqual([]);
  });
});
