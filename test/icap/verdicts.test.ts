import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { icapVerdictFields } from "../../icap/server/verdict-fields.ts";
import type { Finding } from "../../src/core/finding.ts";
import { loadConfigFile } from "../../src/config/load.ts";
import { startService } from "../../src/service.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { EICAR } from "../support/clamd.ts";
import { respmod, reqmod, responseHead } from "../support/icap-messages.ts";
import { startIcap, talk } from "../support/icap-peer.ts";
import { temporaryFolder } from "../support/vendor.ts";

const OPTIONS = "OPTIONS icap://h/respmod ICAP/1.0\r\n\r\n";
const ATTACK = '{"a":"<script>alert(1)</script>"}';

function finding(evidence: string, category: Finding["category"] = "malware"): Finding {
  const location = { part: "body > $.a;b\r\nX: y", path: "" };
  return {
    stage: "antivirus",
    category,
    rule: "lazaret/x/y",
    severity: "high",
    message: "",
    location,
    evidence,
    action: "block",
  };
}

/** Requirements 50 to 57 of `docs/icap-conformance.md`: what OPTIONS says, and verdicts as deployed clients read them. */
describe("ICAP options and verdicts", () => {
  let service: Awaited<ReturnType<typeof startIcap>>;
  let port = 0;
  beforeAll(async () => {
    service = await startIcap(
      { connections: 77 },
      { vendors: { lenient: { upstream: "https://lenient.test", policy: { mode: "monitor" } } } },
    );
    port = service.port;
  });
  afterAll(async () => await service.close());

  const first = async (bytes: string) => (await talk(port, bytes)).replies[0];

  it("50: each service names one method", async () => {
    expect((await first(OPTIONS))?.fields["Methods"]).toBe("RESPMOD");
    expect((await first(OPTIONS.replace("respmod", "reqmod")))?.fields["Methods"]).toBe("REQMOD");
  });

  it("51: the answer holds for an hour and tells limits and what may be sent along", async () => {
    expect((await first(OPTIONS))?.fields).toMatchObject({
      "Options-TTL": "3600",
      "Max-Connections": "77",
      "X-Include": "X-Client-IP, X-Authenticated-User",
      Allow: "204, 206",
    });
  });

  it("52: ISTag changes with policy, rules and schemas, and is the same after a restart", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "lazaret.yaml");
    const write = (policy: string): void =>
      writeFileSync(
        file,
        `listen: 127.0.0.1:0\nicap: { listen: "127.0.0.1:0" }\nadmin: { listen: "127.0.0.1:0" }\nstate: ${folder}/var\npolicy: { antivirus: { engines: [yara] }, ${policy} }\nvendors: { a: { upstream: "https://a.test", schemas: schemas } }\n`,
      );
    const start = async () =>
      await startService({ load: async () => await loadConfigFile(file, {}), log: createLog("silent", "json") });
    const tag = async (url: string | undefined): Promise<string | undefined> =>
      (await talk(Number(url?.split(":").at(-1)), OPTIONS)).replies[0]?.fields["ISTag"];
    mkdirSync(join(folder, "schemas"));
    mkdirSync(join(folder, "pack"));
    writeFileSync(join(folder, "schemas", "routes.yaml"), "GET /items: { 200: item.json }\n");
    writeFileSync(join(folder, "schemas", "item.json"), "{}");
    write("redaction: x");
    const running = await start();
    const before = await tag(running.icapUrl);
    expect(await running.reload()).toEqual([]);
    expect(await tag(running.icapUrl)).toBe(before);
    const seen = new Set([before]);
    write("redaction: y");
    expect(await running.reload()).toEqual([]);
    seen.add(await tag(running.icapUrl));
    writeFileSync(join(folder, "schemas", "item.json"), '{"type":"object"}');
    expect(await running.reload()).toEqual([]);
    seen.add(await tag(running.icapUrl));
    writeFileSync(join(folder, "pack", "a.conf"), 'SecRule ARGS "@streq x" "id:1,phase:2,block"\n');
    write("redaction: y, rules: { packs: [lazaret, pack] }");
    expect(await running.reload()).toEqual([]);
    seen.add(await tag(running.icapUrl));
    writeFileSync(join(folder, "pack", "a.conf"), 'SecRule ARGS "@streq z" "id:1,phase:2,block"\n');
    expect(await running.reload()).toEqual([]);
    const last = await tag(running.icapUrl);
    seen.add(last);
    expect(seen.size).toBe(5);
    await running.close();
    const again = await start();
    expect(await tag(again.icapUrl)).toBe(last);
    await again.close();
  }, 60_000);

  it("53: malware is a 200 with 403 Forbidden inside, and the fields that scanners send", async () => {
    for (const bytes of [
      respmod(EICAR, { type: "text/plain" }),
      reqmod(EICAR, { head: `PUT /f HTTP/1.0\r\nHost: h\r\n\r\n` }),
    ]) {
      const reply = await first(bytes);
      expect([reply?.status, reply?.http.split("\r\n")[0]]).toEqual([200, "HTTP/1.1 403 Forbidden"]);
      expect(reply?.head).toContain("\r\nX-Infection-Found: Type=0; Resolution=2; Threat=EICAR_test_file;\r\n");
      expect(reply?.head).toContain("\r\nX-Virus-ID: EICAR_test_file\r\n");
      expect(reply?.head).toMatch(/\r\nX-Violations-Found: 1\r\n\tbody\r\n\tEICAR_test_file\r\n\t0\r\n\t0\r\n/);
      expect(reply?.fields).toMatchObject({
        "X-Response-Info": "Blocked",
        "Lazaret-Verdict": "blocked",
        Encapsulated: expect.stringMatching(/^res-hdr=0, res-body=/),
      });
      expect(reply?.http).toContain(`Content-Length: ${reply?.body.length}\r\n`);
      expect(JSON.parse(reply?.body ?? "")).toMatchObject({
        type: "urn:lazaret:blocked",
        status: 403,
        instance: `urn:uuid:${reply?.fields["Lazaret-Incident"]}`,
      });
    }
  });

  it("53: a page of HTML where the request prefers it", async () => {
    const asking = (accept: string): string =>
      `GET http://api.test/x HTTP/1.1\r\nHost: api.test\r\nAccept: ${accept}\r\n\r\n`;
    const type = async (accept: string): Promise<string | undefined> =>
      /Content-Type: ([^\r;]+)/.exec(
        (
          await first(
            respmod("{", { service: "respmod", requestHead: asking(accept).replace("api.test/x", "other.test/x") }),
          )
        )?.http ?? "",
      )?.[1];
    expect(await type("text/html,application/xhtml+xml,*/*;q=0.8")).toBe("text/html");
    expect(await type("*/*")).toBe("application/problem+json");
    expect(await type("application/json, text/html;q=0.5")).toBe("application/problem+json");
  });

  it("54: what was made harmless says so, what was not touched too", async () => {
    const sanitized = await first(
      respmod(ATTACK, { requestHead: "GET http://other.test/ HTTP/1.1\r\nHost: other.test\r\n\r\n" }),
    );
    expect(sanitized?.fields).toMatchObject({
      "X-Infection-Found": expect.stringMatching(/^Type=2; Resolution=1; Threat=lazaret\/[^;]+;$/),
      "X-Response-Info": "Sanitized",
      "X-Response-Desc": expect.any(String),
      "Lazaret-Verdict": "sanitized",
    });
    const clean = await first(respmod("{}"));
    expect([clean?.fields["X-Response-Info"], clean?.fields["X-Infection-Found"]]).toEqual(["Allowed", undefined]);
    const monitored = await first(
      respmod(ATTACK, { requestHead: "GET https://lenient.test/x HTTP/1.1\r\nHost: lenient.test\r\n\r\n" }),
    );
    expect([monitored?.status, monitored?.fields["Lazaret-Verdict"], monitored?.fields["X-Infection-Found"]]).toEqual([
      204,
      "pass;would=sanitized",
      undefined,
    ]);
  });

  it("55: nothing in a name can end a field or begin another", () => {
    const verdict = {
      verdict: "blocked",
      changes: [],
      status: 200,
      headers: [],
      body: new Uint8Array(),
      elapsedMs: 0,
    } as const;
    const fields = Object.fromEntries(icapVerdictFields({ ...verdict, findings: [finding("a;b\r\nX: y")] }));
    expect(fields["X-Infection-Found"]).toBe("Type=0; Resolution=2; Threat=a_b_X: y;");
    expect(fields["X-Virus-ID"]).toBe("a_b_X: y");
    expect(fields["X-Violations-Found"]).toBe("1\r\n\tbody > $.a_b_X: y\r\n\ta_b_X: y\r\n\t0\r\n\t0");
    expect(icapVerdictFields({ ...verdict, findings: [finding("é\0")] })).toContainEqual(["X-Virus-ID", "_"]);
  });

  it("56: what cannot be inspected is blocked as policy says, with a page and no ICAP error", async () => {
    const binary = String.fromCharCode(1, 2, 3, 0, 255, 254, 7, 9);
    const requestHead = "GET http://other.test/ HTTP/1.1\r\nHost: other.test\r\n\r\n";
    for (const bytes of [
      respmod(binary, { type: "application/octet-stream", requestHead }),
      respmod("part of it", {
        requestHead,
        responseHead:
          "HTTP/1.1 206 Partial Content\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-9/100\r\nContent-Length: 10\r\n\r\n",
      }),
      respmod("{}", { requestHead, responseHead: responseHead(10) }),
    ]) {
      const reply = await first(bytes);
      expect([reply?.status, reply?.http.split("\r\n")[0]]).toEqual([200, "HTTP/1.1 403 Forbidden"]);
      expect(reply?.body).toMatch(/"category":"(?:unscannable|malformed)"/);
    }
  });

  it("57: why it could not be inspected is told in the words of X-Error-Code, and never by 202 or 500", async () => {
    const requestHead = "GET http://other.test/ HTTP/1.1\r\nHost: other.test\r\n\r\n";
    const deep = `${"[".repeat(100)}${"]".repeat(100)}`;
    expect((await first(respmod(deep, { requestHead })))?.fields["X-Error-Code"]).toBe("max_archive_layers_exceeded");
    expect((await first(respmod("{", { requestHead })))?.fields["X-Error-Code"]).toBe("decode_error");
    expect((await first(respmod(EICAR, { requestHead, type: "text/plain" })))?.fields["X-Error-Code"]).toBeUndefined();
  });

  it("a vendor is chosen by the path, else by the encapsulated URL", async () => {
    const elsewhere = { requestHead: "GET https://lenient.test.other/x HTTP/1.1\r\nHost: a\r\n\r\n" };
    const verdict = async (bytes: string): Promise<string | undefined> =>
      (await first(bytes))?.fields["Lazaret-Verdict"];
    expect(await verdict(respmod(ATTACK, elsewhere))).toBe("sanitized");
    expect(await verdict(respmod(ATTACK, { ...elsewhere, service: "respmod/lenient" }))).toBe("pass;would=sanitized");
    for (const target of ["https://lenient.test:443/x", "https://LENIENT.test/", "http://lenient.test/y?z"])
      expect([
        target,
        await verdict(respmod(ATTACK, { requestHead: `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n` })),
      ]).toEqual([target, "pass;would=sanitized"]);
    expect(await verdict(respmod(ATTACK, { requestHead: "GET /x HTTP/1.1\r\nHost: lenient.test\r\n\r\n" }))).toBe(
      "pass;would=sanitized",
    );
    expect(
      await verdict(respmod(ATTACK, { requestHead: "GET https://lenient.test:8443/x HTTP/1.1\r\nHost: a\r\n\r\n" })),
    ).toBe("sanitized");
  });

  it("fields that only Lazaret sets do not come from a vendor or a client", async () => {
    const head =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLazaret-Verdict: sanitized\r\nContent-Length: 2\r\n\r\n";
    const reply = await first(respmod("{}", { responseHead: head }));
    expect([reply?.status, reply?.http.match(/Lazaret-Verdict: \w+/g), reply?.body]).toEqual([
      200,
      ["Lazaret-Verdict: pass"],
      "{}",
    ]);
    const request = await first(
      reqmod("{}", {
        head: "POST /x HTTP/1.1\r\nHost: h\r\nLazaret-Token: a\r\nRange: bytes=0-5\r\nContent-Length: 2\r\n\r\n",
      }),
    );
    expect([request?.status, request?.http]).toEqual([
      200,
      "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nVia: ICAP/1.0 lazaret\r\n\r\n",
    ]);
  });

  it("a request's content has limits, antivirus and disarm, and is not held to rules about responses", async () => {
    expect((await first(reqmod('{"q":"1 OR 1=1 UNION SELECT password FROM users"}')))?.status).toBe(204);
    expect((await first(reqmod(JSON.stringify({ f: Buffer.from(EICAR).toString("base64") }))))?.http).toContain(
      "403 Forbidden",
    );
    const html = "<p>x<script>alert(1)</script></p>";
    const upload = await first(
      reqmod(html, {
        head: `PUT http://h/a.html HTTP/1.1\r\nHost: h\r\nContent-Type: text/html\r\nContent-Length: ${html.length}\r\n\r\n`,
      }),
    );
    expect([upload?.status, upload?.body, upload?.http]).toEqual([
      200,
      "<p>x</p>",
      expect.stringMatching(/^PUT http:\/\/h\/a\.html HTTP\/1\.1\r\n[^]*Content-Length: 8\r\n/),
    ]);
  });
});
