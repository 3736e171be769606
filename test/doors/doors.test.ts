import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import type { Finding } from "../../src/core/finding.ts";
import { createInspector } from "../../src/index.ts";
import { EICAR } from "../support/clamd.ts";
import { attackPayloads, benignCorpus } from "../support/corpus.ts";
import { jsonOf } from "../support/http.ts";
import { respmod, responseHead } from "../support/icap-messages.ts";
import { talk } from "../support/icap-peer.ts";
import { startInFrontOf, startVendor, temporaryFolder } from "../support/vendor.ts";

const BIN = fileURLToPath(new URL("../../bin/lazaret.js", import.meta.url));

interface Case {
  readonly extension: string;
  readonly contentType: string;
  readonly body: Buffer;
}

const JSON_TYPE = "application/json";

/** Every 60th attack and every 50th benign body of the corpora, and one of each other format, clean and hostile. */
function cases(): Case[] {
  const json = (body: string): Case => ({ extension: ".json", contentType: JSON_TYPE, body: Buffer.from(body) });
  const attacks = attackPayloads()
    .filter((_, i) => i % 130 === 0)
    .map((payload) => json(JSON.stringify({ data: [{ id: 7, name: "Ana", note: payload }] })));
  const benign = (benignCorpus() ?? []).filter(
    ({ contentType }, i) => i % 40 === 0 && contentType.startsWith(JSON_TYPE),
  );
  const other: [string, string, string][] = [
    [".xml", "application/xml", "<a><b k='v'>text</b></a>"],
    [".xml", "application/xml", "<a><b>x' OR '1'='1' --</b></a>"],
    [".xml", "application/xml", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///x">]><a>&b;</a>'],
    [".html", "text/html", "<p>fine</p>"],
    [".html", "text/html", "<p>x<script>alert(1)</script></p>"],
    [".csv", "text/csv", "a,b\n1,2\n"],
    [".csv", "text/csv", "a,b\n1,=cmd|' /C calc'!A0\n"],
    [".yaml", "application/yaml", "a: 1\n"],
    [".yaml", "application/yaml", "a: !!python/object/apply:os.system [id]\n"],
    [".txt", "text/plain", "line\n"],
    [".txt", "text/plain", EICAR],
    [".ndjson", "application/x-ndjson", '{"a":1}\n{"a":"<script>alert(1)</script>"}\n'],
    [".json", JSON_TYPE, '{"a":1,"a":2}'],
    [".json", JSON_TYPE, ""],
    [".json", JSON_TYPE, JSON.stringify({ f: Buffer.from(EICAR).toString("base64") })],
    [
      ".json",
      JSON_TYPE,
      JSON.stringify({ f: "%PDF-1.4\n", g: Buffer.from("%PDF-1.4\n%\u00e2\u00e3 and more of it").toString("base64") }),
    ],
  ];
  return [
    ...attacks,
    ...benign.map(({ body }) => json(body)),
    ...other.map(([extension, contentType, body]) => ({ extension, contentType, body: Buffer.from(body) })),
  ];
}

interface Outcome {
  readonly verdict: string;
  /** Base64 of what is delivered; empty where it is blocked. */
  readonly body: string;
  readonly findings: readonly string[];
}

function outcome(verdict: string, body: Uint8Array, findings: readonly Finding[]): Outcome {
  const told = findings.map(({ rule, action, location }) => `${rule} ${action} ${location.part} ${location.path}`);
  return { verdict, body: verdict === "blocked" ? "" : Buffer.from(body).toString("base64"), findings: told };
}

async function run(words: readonly string[], cwd: string, input = ""): Promise<string[]> {
  const child = spawn(process.execPath, [BIN, ...words], { cwd, stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(input);
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(child, "close");
  return Buffer.concat(chunks).toString().trimEnd().split("\n");
}

interface Line {
  readonly verdict: string;
  readonly findings: readonly Finding[];
  readonly body?: string;
  readonly bodyBase64?: string;
}

function ofLine({ verdict, findings, body, bodyBase64 }: Line, original: Buffer): Outcome {
  const sanitized = body === undefined ? Buffer.from(bodyBase64 ?? "", "base64") : Buffer.from(body);
  return outcome(verdict, verdict === "sanitized" ? sanitized : original, findings);
}

/** What a client of the ICAP service delivers: its own bytes after a 204, those that came back otherwise. */
async function overIcap(
  port: number,
  url: string,
  type: string,
  body: Buffer,
): Promise<{ readonly verdict: string; readonly body: Buffer; readonly incident: string | undefined }> {
  const requestHead = `GET ${url} HTTP/1.1\r\nHost: vendor.test\r\n\r\n`;
  const message = respmod(body.toString("latin1"), { requestHead, responseHead: responseHead(body.length, type) });
  const { replies } = await talk(port, message, { patience: 20_000 });
  const [reply] = replies;
  return {
    verdict: reply?.fields["Lazaret-Verdict"] ?? "",
    body: reply?.status === 204 ? body : Buffer.from(reply?.body ?? "", "latin1"),
    incident: reply?.fields["Lazaret-Incident"],
  };
}

it("gateway, ICAP, REST, scan, batch and library give the same verdict, findings and bytes for 200 exchanges", async () => {
  const all = cases();
  expect(all.length).toBeGreaterThanOrEqual(200);
  const vendor = await startVendor((request, response) => {
    const found = all[Number(request.url?.slice(1))];
    response.setHeader("Content-Type", found?.contentType ?? "").end(found?.body);
  });
  const service = await startInFrontOf(vendor.url, {}, { icap: { listen: "127.0.0.1:0" } });
  const icapPort = Number(service.icapUrl?.split(":").at(-1));
  const findingsOf = async (id: string | null | undefined): Promise<readonly Finding[]> =>
    id == null
      ? []
      : (await jsonOf<{ findings: Finding[] }>(await fetch(`${service.adminUrl}/v1/incidents/${id}`))).findings;
  const inspector = await createInspector({ vendors: { acme: { upstream: vendor.url, insecure: true } } });
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "lazaret.yaml"), `vendors: { acme: { upstream: "${vendor.url}", insecure: true } }\n`);
  mkdirSync(join(cwd, "in"));
  all.forEach(({ extension, body }, i) =>
    writeFileSync(join(cwd, "in", `${String(i).padStart(4, "0")}${extension}`), body),
  );
  const scanned = await run(["scan", "--json", "--vendor", "acme", "in"], cwd);
  const batch = await run(
    ["scan", "--batch"],
    cwd,
    all
      .map(({ contentType, body }, i) =>
        JSON.stringify({ id: `${i}`, vendor: "acme", contentType, bodyBase64: body.toString("base64") }),
      )
      .join("\n"),
  );
  const verdicts = new Map<string, number>();
  for (const [i, { contentType, body }] of all.entries()) {
    const library = await inspector.inspect({ vendor: "acme", contentType, body });
    const expected = outcome(library.verdict, library.body, library.findings);
    verdicts.set(expected.verdict, (verdicts.get(expected.verdict) ?? 0) + 1);
    expect([i, ofLine(JSON.parse(batch[i] ?? ""), body)]).toEqual([i, expected]);
    expect([i, ofLine(JSON.parse(scanned[i] ?? ""), body)]).toEqual([i, expected]);
    const rest = await fetch(`${service.adminUrl}/v1/inspect`, {
      method: "POST",
      headers: { "Content-Type": contentType, "Lazaret-Vendor": "acme", Accept: JSON_TYPE },
      body: new Uint8Array(body),
    });
    expect([i, ofLine(await jsonOf<Line>(rest), body)]).toEqual([i, expected]);
    const icap = await overIcap(icapPort, `${vendor.url}/${i}`, contentType, body);
    expect([i, outcome(icap.verdict, icap.body, await findingsOf(icap.incident))]).toEqual([i, expected]);
    const gateway = await fetch(`${service.gatewayUrl}/acme/${i}`);
    const verdict = gateway.headers.get("lazaret-verdict") ?? "";
    const delivered = Buffer.from(await gateway.arrayBuffer());
    const findings = await findingsOf(gateway.headers.get("lazaret-incident"));
    // A stream's incidents are those of its records.
    if (contentType === "application/x-ndjson") continue;
    expect([i, outcome(verdict, delivered, findings)]).toEqual([i, expected]);
  }
  expect(Math.min(...verdicts.values())).toBeGreaterThanOrEqual(5);
  expect([...verdicts.keys()].toSorted()).toEqual(["blocked", "pass", "sanitized"]);
  await service.close();
  await vendor.close();
}, 120_000);
