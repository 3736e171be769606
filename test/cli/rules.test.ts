import { join } from "node:path";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { BIN, lazaret } from "../support/command-line.ts";
import { CORE_RULE_SET, hasCoreRuleSet } from "../support/core-rule-set.ts";
import { startVendor, temporaryFolder } from "../support/vendor.ts";

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
      `1001 | sqli | critical | PL1 | phase 2 | values | ${file}:3 | An evil word`,
      `1002 | xss | low | PL1 | phase 2 | keys,headers | ${file}:4 | A wicked name`,
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
          phase: 2,
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

describe("rules show", () => {
  it("says everything about a rule in words", async () => {
    const { cwd, file } = pack();
    const { code, stdout } = await lazaret(["rules", "show", "1001", "--pack", "own.conf"], { cwd });
    expect(code).toBe(0);
    expect(stdout.split("\n")).toEqual([
      "1001: An evil word",
      `  stands in:  ${file}:3`,
      "  in force:   yes",
      "  category:   sqli, of which the outcome is sanitize",
      "  severity:   critical; a match adds 5 to the score of its value, the threshold is 5",
      "  paranoia:   from level 1",
      "  phase:      2",
      "  tags:       attack-sqli",
      "  looks at:   values",
      "  targets:    ARGS",
      "  value:      after urlDecodeUni, then lowercase",
      "  matches:    @rx evil\\d",
      "  tried on:   what holds /evil[0-9]/",
      "  comment:",
      "    A word that must not be there.",
      "    It comes back in the tests.",
      "",
    ]);
    const idle = await lazaret(["rules", "show", "1003", "--pack", "own.conf"], { cwd });
    expect(idle.stdout).toContain("in force:   no: about requests, clients or sums of scores\n");
  });

  it.skipIf(!hasCoreRuleSet)("wraps long patterns, and loses nothing of them", async () => {
    const words = ["rules", "show", "942130", "--pack", CORE_RULE_SET];
    const { stdout } = await lazaret(words);
    const rows = (/ {2}matches: {4}([\s\S]*?)\n {2}\w/.exec(stdout)?.[1] ?? "").split(/\n {14}/);
    expect(rows.length).toBeGreaterThan(2);
    expect(Math.max(...rows.map(({ length }) => length))).toBeLessThanOrEqual(100);
    const shown: { links: { operator: string }[] } = JSON.parse((await lazaret([...words, "--json"])).stdout);
    expect(shown.links.map(({ operator }) => operator)).toContain(rows.join(""));
  });

  it("names ids near to one that no rule has", async () => {
    const { cwd } = pack();
    const { code, stderr } = await lazaret(["rules", "show", "1021", "--pack", "own.conf"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/no loaded rule has the id 1021; near it: 1001, 1002, 1003, 1004\n$/);
    const own = await lazaret(["rules", "show", "lazaret/10111"]);
    expect([own.code, own.stderr]).toEqual([2, expect.stringContaining("near it: lazaret/10111")]);
  });

  it.skipIf(!hasCoreRuleSet)("shows the links of a chain", async () => {
    const { stdout } = await lazaret(["rules", "show", "942440", "--pack", CORE_RULE_SET, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ id: "942440", inForce: false, idle: "above the paranoia level" });
    const chain = await lazaret(["rules", "show", "931130", "--pack", CORE_RULE_SET]);
    expect(chain.stdout).toMatch(/ {2}and: +what follows matches too\n {2}targets: +TX:\/rfi_parameter_\.\*\/\n/);
  });
});

describe("rules test", () => {
  const words = ["rules", "test", "--pack", "own.conf"];

  it("prints the rules, what was done to the value, the matched bytes and what would come of it", async () => {
    const { cwd } = pack();
    const { code, stdout } = await lazaret([...words, "an %45vil\u00379 word", "fine"], { cwd });
    expect([code, stdout]).toEqual([
      10,
      [
        "an %45vil79 word: sanitized; score 5 as other, threshold 5",
        "  1001 sqli, sanitize: An evil word",
        "    t:urlDecodeUni → t:lowercase: evil7",
        "fine: no rule matches",
        "",
      ].join("\n"),
    ]);
  });

  it("takes a value from standard input, and puts it where it is told to", async () => {
    const { cwd } = pack();
    const input = { cwd, input: "wicked\u202eness\n" };
    expect(await lazaret([...words, "-"], input)).toMatchObject({
      code: 0,
      stdout: "wicked\\u202eness: no rule matches\n",
    });
    const { code, stdout } = await lazaret([...words, "--place", "keys", "--json", "-"], input);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      fate: "only reported",
      score: 2,
      threshold: 5,
      rules: [{ id: "1002", action: "report", steps: [], matched: "wicked" }],
    });
  });

  it("counts less in text for people", async () => {
    const { cwd } = pack();
    const text = "The old story about evil1 was told by many people in the village for years.";
    expect(await lazaret([...words, text], { cwd })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(": only reported; score 2.5 as prose, threshold 5\n"),
    });
  });

  it("checks cases in YAML and NDJSON, and names the line of each that fails", async () => {
    const { cwd } = pack();
    const yaml =
      "# cases\n- { value: evil1, match: [1001], noMatch: [1002] }\n- value: wicked\n  place: headers\n  match: [1002]\n";
    writeFileSync(join(cwd, "cases.yaml"), yaml);
    expect(await lazaret([...words, "--file", "cases.yaml"], { cwd })).toMatchObject({
      code: 0,
      stdout: "cases.yaml: 2 cases hold, 0 fail\n",
    });
    const lines = [
      { value: "evil1", match: ["1001"] },
      { value: "evil2", match: ["1002"], noMatch: ["1001"] },
      { value: "fine", match: ["1003", "77"] },
      { value: "fine", match: [] },
      { value: "evil3", match: [] },
    ];
    writeFileSync(join(cwd, "cases.ndjson"), lines.map((line) => JSON.stringify(line)).join("\n"));
    expect(await lazaret([...words, "--file", "cases.ndjson"], { cwd })).toMatchObject({
      code: 1,
      stdout: [
        "cases.ndjson:2: 1002 does not match (matched: 1001): evil2",
        "cases.ndjson:2: 1001 matches: evil2",
        "cases.ndjson:3: 1003 does not match, since it is not in force (matched: none): fine",
        "cases.ndjson:3: no loaded rule has the id 77: fine",
        "cases.ndjson:5: rules match (1001): evil3",
        "cases.ndjson: 2 cases hold, 3 fail",
        "",
      ].join("\n"),
    });
  });

  it.each([
    ["- value: 1\n", "cases.yaml:1: expected value to be a string\n"],
    [
      "- { value: a, match: [] }\n- { value: b, mach: [1] }\n",
      "cases.yaml:2: the key mach is not known; expected value, place, match, noMatch\n",
    ],
    ["value: a\n", "cases.yaml:1: expected a list of cases\n"],
    ["- value: a\n", "cases.yaml:1: expected match or noMatch\n"],
    ['{"value":"a","match":[]}\n{"value"\n', expect.stringMatching(/^cases\.yaml:2: .*JSON/)],
  ])("says what is wrong with a file of cases: %j", async (text, message) => {
    const { cwd } = pack();
    writeFileSync(join(cwd, "cases.yaml"), text);
    expect(await lazaret([...words, "--file", "cases.yaml"], { cwd })).toMatchObject({ code: 2, stderr: message });
  });

  it.skipIf(!hasCoreRuleSet)("tells how rules of Lazaret and of the Core Rule Set come to match", async () => {
    const packs = ["--pack", "lazaret", "--pack", CORE_RULE_SET];
    const { code, stdout } = await lazaret(["rules", "test", "--json", ...packs, "%3Cscript%3Ealert(1)%3C/script%3E"]);
    const { rules }: { rules: { id: string; steps: { name: string; changed: boolean }[]; matched: string }[] } =
      JSON.parse(stdout);
    const changes = (id: string): [string[], string] | undefined => {
      const rule = rules.find((one) => one.id === id);
      return rule && [rule.steps.filter(({ changed }) => changed).map(({ name }) => name), rule.matched];
    };
    expect(code).toBe(10);
    expect(changes("941110")).toEqual([["t:urlDecodeUni"], "<script>"]);
    expect(changes("lazaret/102110")).toEqual([["URL-decoded"], "<script>"]);
  });
});

describe("rules profile", () => {
  it("prints what rules cost, and how many values needed none", async () => {
    const { cwd } = pack();
    writeFileSync(join(cwd, "a.json"), JSON.stringify({ a: "evil1", b: "evil2", c: "harmless", d: 7 }));
    writeFileSync(join(cwd, "b.json"), JSON.stringify({ e: "evil" }));
    const words = ["rules", "profile", "--pack", "own.conf", "a.json", "b.json"];
    const { code, stdout } = await lazaret(words, { cwd });
    expect(code).toBe(0);
    const [head, first, ...rest] = stdout.split("\n");
    expect(head?.split(/ {2,}/)).toEqual(["rule", "tried", "matched", "total ms", "mean µs", "share"]);
    expect(first).toMatch(/^1001 +2 +2 +\d+\.\d{3} +\d+\.\d +100\.0 %$/);
    expect(rest.slice(0, 2)).toEqual([
      "1 of 1 rules that were tried; 2 bodies, 58 bytes",
      // Four values, five keys, two fields Content-Type.
      "11 values looked at; for 9 of them (81.8 %) no rule had to be tried",
    ]);
    const { rules, untried } = JSON.parse((await lazaret([...words, "--json"], { cwd })).stdout);
    expect([untried, rules]).toEqual([9, [expect.objectContaining({ id: "1001", tried: 2, matched: 2, share: 1 })]]);
  });
});

describe("rules profile, without files", () => {
  it("takes exchanges as scan --batch does, and else a sample of its own", async () => {
    const { cwd } = pack();
    const words = ["rules", "profile", "--pack", "own.conf", "--json"];
    const line = (body: string): string => JSON.stringify({ id: "1", contentType: "application/json", body });
    const input = `${line('{"a":"evil1"}')}\n${line('{"b":"calm"}')}\n`;
    const batch = JSON.parse((await lazaret([...words, "--batch"], { cwd, input })).stdout);
    expect(batch).toMatchObject({ bodies: 2, values: 6, untried: 5, rules: [{ id: "1001", tried: 1, matched: 1 }] });
    const { code, stderr } = await lazaret([...words, "--batch"], { cwd, input: `${line("{}")}\n{"id":1}\n` });
    expect([code, stderr]).toEqual([2, expect.stringContaining('-:2: expected "id" to be a string\n')]);
    const sample = JSON.parse((await lazaret(words, { cwd })).stdout);
    // A thousand records of nine members, their list, and the field Content-Type.
    expect(sample).toMatchObject({ bodies: 1, values: 18002 });
  });
});

const BROKEN = `SecRule ARGS "@frob x" "id:1,deny"
SecRule ARGS "@rx (" "id:2,deny"
`;

describe("what is odd or wrong in rule files", () => {
  it("is said by check with the number of rules in force, a line a warning", async () => {
    const { cwd, file } = pack();
    writeFileSync(join(cwd, "lazaret.yaml"), "policy: { rules: { packs: [own.conf] } }\n");
    const { code, stdout, stderr } = await lazaret(["check"], { cwd });
    expect([code, stderr]).toEqual([0, `${file}:7: the directive SecFrobnicate is not understood and left out\n`]);
    expect(stdout).toContain(
      "(any other): no upstream; enforce; rule packs own.conf at their own paranoia; 2 rules in force; ",
    );
  });

  it.each([[["check"]], [["scan", "-"]], [["start"]], [["rules", "list"]]])(
    "stops lazaret %j with every error on its own line",
    async (words) => {
      const { cwd, file } = pack(BROKEN);
      writeFileSync(
        join(cwd, "lazaret.yaml"),
        "listen: 127.0.0.1:0\nadmin: { listen: 127.0.0.1:0 }\npolicy: { rules: { packs: [own.conf] } }\n",
      );
      const { code, stderr } = await lazaret(words, { cwd });
      expect(code).toBe(2);
      expect(stderr.trimEnd().split("\n")).toEqual([
        `${file}:1: the operator @frob is not known`,
        expect.stringMatching(/own\.conf:2: @rx: /),
      ]);
    },
  );

  it("start logs the warnings, and a reload with broken rules is refused while the old ones go on serving", async () => {
    const { cwd, file } = pack();
    const vendor = await startVendor((_request, response) =>
      response.setHeader("Content-Type", "application/json").end('{"note":"%65vil1"}'),
    );
    writeFileSync(
      join(cwd, "lazaret.yaml"),
      `listen: 127.0.0.1:0\nadmin: { listen: "127.0.0.1:0" }\npolicy: { rules: { packs: [own.conf] } }\nvendors: { acme: { upstream: "${vendor.url}", insecure: true } }\n`,
    );
    const child = spawn(process.execPath, [BIN, "start", "--log-format", "json"], { cwd, stdio: "pipe" });
    let log = "";
    child.stderr.on("data", (chunk: Buffer) => (log += chunk.toString()));
    const ready = await new Promise<string>((resolve) =>
      child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString())),
    );
    const { gateway, admin }: { gateway: string; admin: string } = JSON.parse(ready);
    expect(log.match(/SecFrobnicate/g)).toEqual(["SecFrobnicate"]);
    const served = async (): Promise<string> => await (await fetch(`${gateway}/acme/`)).text();
    expect(await served()).toBe('{"note":"[removed by lazaret]"}');

    writeFileSync(file, BROKEN);
    const refused = await fetch(`${admin}/v1/reload`, { method: "POST" });
    expect([refused.status, await refused.json()]).toEqual([
      422,
      expect.objectContaining({
        errors: [
          { key: "rules.packs", message: `${file}:1: the operator @frob is not known` },
          { key: "rules.packs", message: expect.stringContaining(`${file}:2: @rx: `) },
        ],
      }),
    ]);
    expect(await served()).toBe('{"note":"[removed by lazaret]"}');
    child.kill("SIGTERM");
    await new Promise((resolve) => child.on("close", resolve));

    writeFileSync(file, RULES);
    const [incident] = log.match(/(?<="incident":")[0-9a-f-]{36}/) ?? [];
    const { code, stdout } = await lazaret(["explain", incident ?? ""], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain("   matched:  t:urlDecodeUni → (t:lowercase): evil1\n");
    await vendor.close();
  });
});
