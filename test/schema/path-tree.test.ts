import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PathTree } from "../../src/inspect/schema/path-tree.ts";

function tree(...paths: string[]): PathTree<string> {
  const made = new PathTree<string>();
  for (const path of paths) made.add("GET", path, path);
  return made;
}

describe("a path is found", () => {
  it.each([
    ["/items/special", "/items/special"],
    ["/items/7", "/items/{id}"],
    ["/items/7/", "/items/{id}"],
    ["/items/a%2Fb", "/items/{id}"],
    ["/items/%73pecial", "/items/special"],
    ["/items/special/parts", "/items/{id}/parts"],
    ["/items/7.json", "/items/{id}.json"],
    ["/items/", "/{any}"],
    ["/items/7/other", undefined],
    ["/compare/main...next", "/compare/{base}...{head}"],
    ["/compare/...next", undefined],
    ["/%E0%A4%A", "/{any}"],
    ["/", "/"],
  ])("%s as %s", (path, expected) => {
    const paths = [
      "/",
      "/{any}",
      "/items/{id}",
      "/items/{id}.json",
      "/items/special",
      "/items/{id}/parts",
      "/compare/{base}...{head}",
    ];
    expect(tree(...paths).find("GET", path)).toBe(expected);
    expect(tree(...paths.toReversed()).find("GET", path)).toBe(expected);
  });

  it("through parameters that span segments, last of all", () => {
    const made = tree("/refs/{+ref}", "/refs/{one}/tags", "/files/{+path}/meta");
    expect(made.find("GET", "/refs/heads")).toBe("/refs/{+ref}");
    expect(made.find("GET", "/refs/heads/a/b")).toBe("/refs/{+ref}");
    expect(made.find("GET", "/refs/heads/tags")).toBe("/refs/{one}/tags");
    expect(made.find("GET", "/files/a/meta/meta")).toBe("/files/{+path}/meta");
    expect(made.find("GET", "/files/meta")).toBeUndefined();
    expect(made.find("GET", "/refs")).toBeUndefined();
  });

  it("under another template where the special one does not have the method", () => {
    const made = tree("/items/special");
    made.add("DELETE", "/items/{id}", "delete");
    expect(made.find("DELETE", "/items/special")).toBe("delete");
  });
});

/** What a path matches, as it is written down: every template tried, the best by its segments from the left. */
function plainly(paths: readonly string[], path: string): string | undefined {
  const matching = paths.filter((template) => {
    const pattern = template.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replaceAll(/\{[^}]*\}/g, "[^/]+");
    return new RegExp(`^${pattern}$`).test(path);
  });
  const rank = (template: string): string[] =>
    template
      .split("/")
      .map((segment) =>
        segment.includes("{") ? `1${String(99 - segment.replaceAll(/\{[^}]*\}/g, "").length).padStart(2, "0")}` : "0",
      );
  return matching.toSorted((a, b) => (rank(a).join() < rank(b).join() ? -1 : 1))[0];
}

it("agrees with a plain reference on any set of templates", () => {
  const literal = fc.constantFrom("a", "b", "ab", "x.json");
  const segment = fc.oneof(literal, fc.constantFrom("{p}", "{p}.json", "a{p}", "a{p}b"));
  const pathOf = (part: fc.Arbitrary<string>) =>
    fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join("/")}`);
  fc.assert(
    fc.property(
      fc.uniqueArray(pathOf(segment), { maxLength: 12 }),
      pathOf(fc.oneof(literal, fc.constantFrom("aab", "c", "c.json"))),
      (paths, path) => {
        expect(tree(...paths).find("GET", path)).toBe(plainly(paths, path));
      },
    ),
    { numRuns: 3000 },
  );
});
