import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { loadPack } from "../../src/inspect/rules/load.ts";
import { compilePack } from "../../src/inspect/rules/compile.ts";
import { RuleBook } from "../../src/inspect/rules/rule-book.ts";
import { readDirectives } from "../../src/inspect/rules/seclang/directives.ts";
import { problemLine, RuleError, type RuleProblem } from "../../src/inspect/rules/seclang/rule-error.ts";

const folder = await mkdtemp(join(tmpdir(), "lazaret-rules-"));
afterAll(async () => await rm(folder, { recursive: true }));

/** Writes files into a folder of their own, and gives its path. */
async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const path = await mkdtemp(join(folder, "pack-"));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  return path;
}

/** The rules of a text that match a value, of values unless keys are asked for. */
async function matching(text: string, value: string, place: "values" | "keys" = "values"): Promise<string[]> {
  const { statements } = await loadPack(await folderOf({ "a.conf": text }));
  const book = new RuleBook(statements, { paranoia: undefined });
  return book.matches(place, value).map(({ active }) => active.rule.id);
}

async function problems(files: Readonly<Record<string, string>>): Promise<readonly RuleProblem[]> {
  try {
    await loadPack(await folderOf(files));
  } catch (error) {
    if (error instanceof RuleError) return error.problems;
    throw error;
  }
  return [];
}

describe("a rule file that is broken", () => {
  it("is refused with every problem, its file, its line and its reason", async () => {
    const found = await problems({
      "a.conf": [
        'SecRule ARGS "@rx (" "id:1,phase:2"',
        "",
        'SecRule ARGS "@frob x" "id:2"',
        'SecRule ARGS "@rx x" "id:3,t:upside"',
        'SecRule ARGS "@rx x" "phase:2"',
        'SecRule ARGS "@rx x" "id:4,phase:9"',
        'SecRule "" "@rx x" "id:5"',
        'SecRule ARGS "@rx x" "id:6,explode"',
        'SecRule ARGS "@rx x',
      ].join("\n"),
      "b.conf": 'Include missing.conf\nSecRule ARGS "@rx x" "id:7,chain"',
    });
    expect(found.map(({ file, line, reason }) => [file.slice(-6), line, reason.slice(0, 46)])).toEqual([
      ["a.conf", 9, 'a quoted word does not end: "@rx x'],
      ["b.conf", 1, "there is no file missing.conf"],
      ["a.conf", 1, expect.stringMatching(/^@rx: /)],
      ["a.conf", 3, "the operator @frob is not known"],
      ["a.conf", 4, "the transformation t:upside is not known"],
      ["a.conf", 5, "the rule has no id"],
      ["a.conf", 6, "the phase 9 is not known"],
      ["a.conf", 7, "there are no variables"],
      ["a.conf", 8, "the action explode is not known"],
      ["b.conf", 2, "the chain has no last rule"],
    ]);
  });

  it("reports a broken chain once", async () => {
    const found = await problems({
      "a.conf": 'SecRule ARGS "@frob x" "id:1,chain"\n  SecRule ARGS "@rx y" "chain"\n  SecRule ARGS "@rx z"',
    });
    expect(found).toHaveLength(1);
  });

  it("names the rule that has an id already", async () => {
    const [problem] = await problems({ "a.conf": 'SecAction "id:1,pass"\nSecAction "id:1,pass"' });
    expect(problem && problemLine(problem)).toMatch(/a\.conf:2: the id 1 is taken by the rule at .*a\.conf:1$/);
  });

  it("whatever the text, is compiled or refused, and never crashes or hangs", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ..."SecRule|SecAction|ARGS|TX:x|&|!|\"|'|@rx |@pm |id:1|,|chain|\\\n|\n| |t:none|setvar:tx.a=+1|ctl:|%{tx.a}|SecMarker|skipAfter:X|/|(|[a-|(?i)".split(
          "|",
        ),
      ),
      fc.string({ maxLength: 6 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const found: RuleProblem[] = [];
        const pack = compilePack(readDirectives(pieces.join(""), "x.conf", found));
        for (const { line, reason } of [...found, ...pack.errors, ...pack.warnings])
          expect([line > 0, reason !== ""]).toEqual([true, true]);
        expect(() => new RuleBook(pack.statements, { paranoia: 1 }).matches("values", "x")).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a pack", () => {
  it("warns of directives that are not understood, and leaves them out", async () => {
    const pack = await loadPack(
      await folderOf({ "a.conf": 'SecRuleEngine On\n\nSecFrobnicate yes\nSecAction "id:1,pass,nolog"' }),
    );
    expect(pack.warnings.map(({ line, reason }) => [line, reason])).toEqual([
      [3, "the directive SecFrobnicate is not understood and left out"],
    ]);
  });

  it("is a folder as the Core Rule Set comes: set-up first, then rules, with data files beside them", async () => {
    const path = await folderOf({
      "crs-setup.conf": 'SecAction "id:900,phase:1,pass,nolog,setvar:tx.paranoia_level=2"',
      "rules/REQUEST-1.conf":
        'SecRule TX:PARANOIA_LEVEL "@lt 2" "id:10,phase:2,pass,nolog,skipAfter:END"\n' +
        'SecRule ARGS "@pmFromFile words.data" "id:11,phase:2,block,tag:\'attack-rce\'"\nSecMarker END\n',
      "rules/words.data": "# words\nfrobnicate\n",
    });
    const { statements } = await loadPack(path);
    const ids = (paranoia: number | undefined): string[] =>
      new RuleBook(statements, { paranoia }).matches("values", "please FROBNICATE").map(({ active }) => active.rule.id);
    expect(ids(undefined)).toEqual(["11"]);
    expect(ids(1)).toEqual([]);
  });

  it("may include other files, by globs too", async () => {
    const path = await folderOf({
      "main.load": "Include sub/*.conf\nIncludeOptional none/*.conf\n",
      "sub/a.conf": 'SecRule ARGS "@streq a" "id:1"',
      "sub/b.conf": 'SecRule ARGS "@streq a" "id:2"',
      "ignored.conf": 'SecRule ARGS "@streq a" "id:3"',
    });
    const { statements } = await loadPack(path);
    expect(statements.map((one) => (one.kind === "rule" ? one.rule.id : one.name))).toEqual(["1", "2"]);
  });

  it("that includes itself is refused", async () => {
    const found = await problems({ "a.conf": "Include a.conf" });
    expect(found.map(({ reason }) => reason)).toEqual(["files include each other in a circle"]);
  });
});

describe("a rule", () => {
  it("matches when every link of its chain does, on what the first one matched and captured", async () => {
    const text = String.raw`
      SecRule ARGS "@rx ^(\w+)=(\w+)$" "id:1,capture,t:lowercase,chain"
        SecRule TX:1 "@streq %{TX.2}" "chain"
        SecRule MATCHED_VAR "@contains abc"`;
    expect(await matching(text, "ABC=abc")).toEqual(["1"]);
    expect(await matching(text, "ABC=abd")).toEqual([]);
    expect(await matching(text, "abd=abd")).toEqual([]);
  });

  it("may ask for what does not match", async () => {
    expect(await matching('SecRule ARGS "!@rx ^\\d+$" "id:1"', "12a")).toEqual(["1"]);
    expect(await matching('SecRule ARGS "!@rx ^\\d+$" "id:1"', "12")).toEqual([]);
  });

  it("looks with multiMatch at every form of a value", async () => {
    const rule = (more: string): string => `SecRule ARGS "@rx %41" "id:1,t:urlDecodeUni${more}"`;
    expect(await matching(rule(""), "x%41")).toEqual([]);
    expect(await matching(rule(",multiMatch"), "x%41")).toEqual(["1"]);
  });

  it("sees names where it asks for them", async () => {
    expect(await matching('SecRule ARGS_NAMES "@streq evil" "id:1"', "evil", "keys")).toEqual(["1"]);
    expect(await matching('SecRule ARGS_NAMES "@streq evil" "id:1"', "evil")).toEqual([]);
  });

  it("sees text beyond ASCII as its bytes", async () => {
    expect(await matching(String.raw`SecRule ARGS "@rx ^\xc3\xa9$" "id:1"`, "é")).toEqual(["1"]);
    expect(await matching('SecRule ARGS "@rx ^é$" "id:1"', "é")).toEqual(["1"]);
    expect(await matching('SecRule ARGS "@rx ^..$" "id:1"', "é")).toEqual(["1"]);
  });

  it("can be removed and changed by later directives", async () => {
    const rules = 'SecRule ARGS "@rx a" "id:1,tag:\'t/x\',msg:\'M one\'"\nSecRule ARGS "@rx a" "id:2"\n';
    expect(await matching(`${rules}SecRuleRemoveById 2`, "a")).toEqual(["1"]);
    expect(await matching(`${rules}SecRuleRemoveById 1-5`, "a")).toEqual([]);
    expect(await matching(`${rules}SecRuleRemoveByTag "^t/"`, "a")).toEqual(["2"]);
    expect(await matching(`${rules}SecRuleRemoveByMsg "one"`, "a")).toEqual(["2"]);
    expect(await matching(`${rules}SecRuleUpdateTargetById 1 "ARGS_NAMES"`, "a", "keys")).toEqual(["1"]);
  });

  it("below the set-up's paranoia level is passed over", async () => {
    const text = (level: number): string =>
      `SecAction "id:1,phase:1,pass,nolog,setvar:tx.level=${level}"
       SecRule TX:LEVEL "@lt 2" "id:2,phase:2,pass,nolog,skipAfter:END"
       SecRule ARGS "@rx a" "id:3,phase:2"
       SecMarker END
       SecRule ARGS "@rx a" "id:4,phase:2"`;
    expect(await matching(text(1), "a")).toEqual(["4"]);
    expect(await matching(text(2), "a")).toEqual(["3", "4"]);
  });

  it("of a pack of one's own goes by its paranoia tag", async () => {
    const { statements } = await loadPack(
      await folderOf({ "a.conf": `SecRule ARGS "@rx a" "id:5,tag:'paranoia-level/2'"` }),
    );
    const ids = (paranoia: number | undefined): string[] =>
      new RuleBook(statements, { paranoia }).matches("values", "a").map(({ active }) => active.rule.id);
    expect([ids(undefined), ids(1), ids(2)]).toEqual([[], [], ["5"]]);
  });

  it("that sets and counts is run before any exchange, macros and sums included", async () => {
    const text = `SecAction "id:1,phase:1,pass,nolog,setvar:tx.n=2"
      SecAction "id:2,phase:1,pass,nolog,setvar:'tx.n=+%{tx.n}',setvar:tx.word=ab"
      SecRule &TX:word "@eq 1" "id:3,phase:1,pass,nolog,setvar:tx.seen=yes"
      SecRule ARGS "@streq %{tx.word}%{tx.n}%{tx.seen}" "id:4,phase:2"`;
    expect(await matching(text, "ab4yes")).toEqual(["4"]);
  });
});
