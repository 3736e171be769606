import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lazaret } from "../support/command-line.ts";
import { CORE_RULE_SET, hasCoreRuleSet } from "../support/core-rule-set.ts";
import { temporaryFolder } from "../support/vendor.ts";

const RULES = String.raw`# A word that must not be there.
# It comes back in the tests.
SecRule ARGS "@rx evil\d" "id:1001,phase:2,block,t:none,t:urlDecodeUni,t:lowercase,msg:'An evil word',tag:'attack-sqli',severity:'CRITICAL'"
SecRule ARGS_NAMES|RESPONSE_HEADERS "@contains wicked" "id:1002,phase:2,block,t:none,msg:'A wicked name',tag:'attack-xss',severity:'NOTICE'"
SecRule REQUEST_URI "@contains admin" "id:1003,phase:1,deny,t:none,msg:'An address',severity:'ERROR'"
SecAction "id:1004,phase:1,pass,nolog,setvar:tx.seen=1"
SecFrobnicate On
`;

function pack(text = RULES): { readonly cwd: string; readonly file: string } {
  const cwd = temporaryFolder();
  const file = join(cwd, "own.conf");
  writeFileSync(file, text);
  return { cwd, file };
}

// In CI its absence is a failure.
describe("the Core Rule Set of Debian", () => {
  it("is there where CI runs", () => {
    expect(hasCoreRuleSet || process.env["CI"] === undefined).toBe(true);
  });
});

describe("rules list", () => {
  it("names the rules in force, where each looks and stands, and counts the others by reason", async () => {
    const { cwd, file } = pack();
    const { code, stdout, stderr } = await lazaret(["rules", "list", "--pack", "own.conf"], { cwd });
    expect([code, stderr]).toEqual([0, `${file}:7: the directive SecFrobnicate is not understood and left out\n`]);
    expect(stdout.split("\n").map((line) => line.replaceAll(/ {2,}/g, " | "))).toEqual([
      `1001 | sqli | critical | PL1 | values | ${file}:3 | An evil word`,
      `1002 | xss | low | PL1 | keys,headers | ${file}:4 | A wicked name`,
      "2 rules in force; 2 loaded rules are not in force: 1 about requests, clients or sums of scores, 1 set-up that never reports",
      "",
    ]);
  });

  it("filters by category and id, and prints JSON for machines", async () => {
    const { cwd, file } = pack();
    const words = ["rules", "list", "--pack", "own.conf"];
    const { stdout } = await lazaret([...words, "--category", "xss", "--json"], { cwd });
    expect(JSON.parse(stdout)).toEqual({
      rules: [
        {
          id: "1002",
          category: "xss",
          severity: "low",
          paranoia: 1,
          looksAt: ["keys", "headers"],
          message: "A wicked name",
          file,
          line: 4,
        },
      ],
      notInForce: { request: 1, "set-up": 1 },
    });
    const byId = await lazaret([...words, "--id", "1001"], { cwd });
    expect(byId.stdout).toMatch(/^1001 .*\n2 rules in force, 1 of them listed; 2 loaded/);
    expect(await lazaret([...words, "--category", "sqly"], { cwd })).toMatchObject({
      code: 2,
      stderr: "there is no category sqly; did you mean sqli?\n",
    });
  });

  it("lists those of the vendor's policy, and of its paranoia level unless another is named", async () => {
    const { cwd } = pack();
    writeFileSync(
      join(cwd, "lazaret.yaml"),
      "vendors: { acme: { upstream: 'https://acme.example', policy: { rules: { packs: [own.conf] } } } }\n",
    );
    expect((await lazaret(["rules", "list"], { cwd })).stdout).toMatch(/^lazaret\/101110 +sqli +critical +PL1 /m);
    expect((await lazaret(["rules", "list", "--vendor", "acme"], { cwd })).stdout).toMatch(/^2 rules in force; 2/m);
    expect(await lazaret(["rules", "list", "--vendor", "acne"], { cwd })).toMatchObject({
      code: 2,
      stderr: "lazaret.yaml has no vendor acne; did you mean acme?\n",
    });
    expect((await lazaret(["rules", "list", "--pack", "nowhere"], { cwd })).stderr).toBe(
      `lazaret.yaml: rules.packs: ${join(cwd, "nowhere")} cannot be read: there is no such file or folder\n`,
    );
  });

  it.skipIf(!hasCoreRuleSet)("has more of the Core Rule Set in force at a higher paranoia level", async () => {
    const at = async (level: string): Promise<Set<string>> => {
      const words = ["rules", "list", "--json", "--pack", CORE_RULE_SET, "--paranoia", level];
      const { rules }: { rules: { id: string }[] } = JSON.parse((await lazaret(words)).stdout);
      return new Set(rules.map(({ id }) => id));
    };
    const [one, four] = [await at("1"), await at("4")];
    expect(one.has("942100") && four.has("942100")).toBe(true);
    expect([one.has("942460"), four.has("942460")]).toEqual([false, true]);
    expect(one.isSubsetOf(four)).toBe(true);
    expect([one.has("920100"), four.has("949110")]).toEqual([false, false]);
  });
});
