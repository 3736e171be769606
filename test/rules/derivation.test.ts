import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { keepDerived, recallKept } from "../../src/derived-cache.ts";
import { Derivation, foundHere, recallDerived } from "../../src/inspect/rules/derivation.ts";
import { lazaret } from "../support/command-line.ts";
import { temporaryFolder } from "../support/vendor.ts";

/** Lengths of texts, and the texts that were measured. */
function lengths(): { readonly asked: string[]; readonly of: (text: string) => number } {
  const asked: string[] = [];
  const derivation = new Derivation<number>("lengths");
  const of = (text: string): number =>
    derivation.of(text, () => {
      asked.push(text);
      return text.length;
    });
  return { asked, of };
}

it("a text is derived from once; what another process found out is not derived again", () => {
  const { asked, of } = lengths();
  recallDerived({ lengths: JSON.stringify([["former", 6]]) });
  expect(["former", "new", "new", "former"].map(of)).toEqual([6, 3, 3, 6]);
  expect(asked).toEqual(["new"]);
});

it("what a derivation throws is not kept", () => {
  const derivation = new Derivation<number>("broken");
  const broken = (): number => {
    throw new SyntaxError("no");
  };
  expect(() => derivation.of("x", broken)).toThrow("no");
  expect(derivation.of("x", () => 1)).toBe(1);
});

it("what was found out is kept in one file of the code's own, and found there", () => {
  const folder = temporaryFolder();
  const first = lengths();
  first.of("some text");
  expect(foundHere()).toBeGreaterThan(0);
  keepDerived(folder);
  const [file = "", ...others] = readdirSync(folder);
  expect([/^patterns-[0-9a-f]{16}\.json$/.test(file), others]).toEqual([true, []]);
  const second = lengths();
  recallKept(folder);
  expect([second.of("some text"), second.asked]).toEqual([9, []]);
  const kept = readFileSync(join(folder, file), "utf8");
  for (const broken of ["", kept.slice(0, -10), '{"lengths":"{"}', "[1]", '{"lengths":"7"}']) {
    writeFileSync(join(folder, file), broken);
    const third = lengths();
    recallKept(folder);
    expect([third.of("some text"), third.asked]).toEqual([9, ["some text"]]);
  }
});

it("without a folder, or one that cannot be used, nothing is kept and nothing fails", () => {
  lengths().of("text");
  for (const folder of [undefined, join(temporaryFolder(), "absent")]) {
    keepDerived(folder);
    recallKept(folder);
  }
});

it("a command finds the same with what a former one kept as without", async () => {
  const folder = temporaryFolder();
  vi.stubEnv("NODE_COMPILE_CACHE", folder);
  const scan = async (): Promise<unknown> =>
    JSON.parse((await lazaret(["scan", "--json", "-"], { input: `{"name":"<img src=x onerror=alert(1)>"}` })).stdout)
      .findings;
  const [first, second] = [await scan(), await scan()];
  vi.unstubAllEnvs();
  const kept = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    /patterns-\w+\.json$/.test(name),
  );
  expect(kept).toHaveLength(1);
  expect([first, second]).toEqual([expect.arrayContaining([expect.objectContaining({ category: "xss" })]), first]);
});
