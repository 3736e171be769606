import fc from "fast-check";
import sharp from "sharp";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { loadConfigText } from "../../src/config/load.ts";
import type { Inspector } from "../../src/core/verdict.ts";
import type { Configuration, Verdict } from "../../src/index.ts";
import { valueAt } from "../../src/inspect/sandbox/json-pointer.ts";
import { SandboxServices } from "../../src/sandbox-services.ts";
import { packed } from "../support/archives.ts";
import { EICAR } from "../support/clamd.ts";
import { filePipeline, verdictBy } from "../support/file-pipeline.ts";
import { filesCorpus } from "../support/files-corpus.ts";
import { reply, sha256, startService } from "../support/sandbox-service.ts";

type Sandbox = NonNullable<Configuration["sandboxes"]>[string];

const FILE = await sharp({ create: { width: 2, height: 2, channels: 3, background: "red" } })
  .png()
  .toBuffer();
const HOSTILE = await sharp({ create: { width: 2, height: 2, channels: 3, background: "blue" } })
  .png()
  .toBuffer();

const service = await startService((_, response) => reply(response, {}, 500));
afterAll(async () => await service.close());
beforeEach(() => {
  service.asked.length = 0;
});

/** A pipeline that asks one service. */
function pipelineWith(sandbox: Sandbox, policy: Configuration["policy"] = {}): Inspector {
  return filePipeline({
    policy: { antivirus: { engines: [] }, sandbox: ["box"], ...policy },
    sandboxes: { box: sandbox },
  });
}

async function verdictOf(sandbox: Sandbox, body: Uint8Array, policy?: Configuration["policy"]): Promise<Verdict> {
  return await verdictBy(pipelineWith(sandbox, policy), body);
}

/** The simplest service: its reply to the content is the verdict. */
const simple = (more: Partial<Sandbox> = {}): Sandbox => ({
  submit: { url: `${service.url}/scan` },
  verdict: {
    clean: [{ pointer: "/verdict", equals: "clean" }],
    malicious: [{ pointer: "/verdict", equals: ["malicious", "phishing"] }],
    names: "/names",
  },
  ...more,
});

const outcome = ({ verdict, findings }: Verdict): readonly string[] => [
  verdict,
  ...findings.map(({ rule, evidence }) => `${rule}: ${evidence}`),
];
const NO_VERDICT = "lazaret/sandbox/box/no-verdict";

describe("services of these kinds need no code", () => {
  it("CAPE: a form, a status, a report with a score", async () => {
    const cape: Sandbox = {
      headers: { Authorization: "Token t0ken" },
      submit: {
        url: `${service.url}/apiv2/tasks/create/file/`,
        field: "file",
        fields: { timeout: "60" },
        values: { id: "/data/task_ids/0" },
      },
      poll: {
        url: `${service.url}/apiv2/tasks/status/{id}/`,
        every: "5ms",
        done: [{ pointer: "/data", equals: "reported" }],
        failed: [{ pointer: "/data", equals: ["failed_analysis", "failed_processing"] }],
      },
      report: { url: `${service.url}/apiv2/tasks/get/report/{id}/json/` },
      verdict: {
        clean: [{ pointer: "/malscore", below: 3 }],
        malicious: [{ pointer: "/malscore", atLeast: 7 }],
        names: "/detections/0/family",
      },
    };
    let score = 0.5;
    let polls = 0;
    service.answer = ({ path, headers, body, method }, response) => {
      expect(headers.authorization).toBe("Token t0ken");
      if (method === "POST") {
        expect(headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/);
        expect(body.includes(FILE) || body.includes(HOSTILE)).toBe(true);
        expect(body.includes('name="timeout"\r\n\r\n60\r\n')).toBe(true);
        reply(response, { error: false, data: { task_ids: [17] } });
      } else if (path === "/apiv2/tasks/status/17/")
        reply(response, { data: ++polls % 3 === 0 ? "reported" : "running" });
      else if (path === "/apiv2/tasks/get/report/17/json/")
        reply(response, { malscore: score, detections: [{ family: "Emotet" }] });
      else reply(response, {}, 404);
    };
    expect(outcome(await verdictOf(cape, FILE))).toEqual(["pass"]);
    expect(polls).toBe(3);
    score = 9;
    expect(outcome(await verdictOf(cape, HOSTILE))).toEqual(["blocked", "lazaret/sandbox/box: Emotet"]);
    score = 5;
    const unclear = await verdictOf(cape, HOSTILE);
    expect(outcome(unclear)).toEqual(["blocked", `${NO_VERDICT}: its verdict is neither clean nor malicious`]);
    expect(unclear.findings[0]?.category).toBe("unscannable");
    service.answer = ({ method }, response) =>
      reply(response, method === "POST" ? { data: { task_ids: [17] } } : { data: "failed_analysis" });
    expect(outcome(await verdictOf(cape, FILE))).toEqual(["blocked", `${NO_VERDICT}: it says that it failed`]);
  });

  it("VirusTotal: a form, and statistics of engines", async () => {
    const virusTotal: Sandbox = {
      headers: { "x-apikey": "k" },
      submit: { url: `${service.url}/api/v3/files`, field: "file", values: { id: "/data/id" } },
      poll: {
        url: `${service.url}/api/v3/analyses/{id}`,
        every: "5ms",
        done: [{ pointer: "/data/attributes/status", equals: "completed" }],
      },
      verdict: {
        clean: [
          { pointer: "/data/attributes/stats/malicious", equals: 0 },
          { pointer: "/data/attributes/stats/suspicious", equals: 0 },
          { pointer: "/data/attributes/stats/undetected", atLeast: 10 },
        ],
        malicious: [{ pointer: "/data/attributes/stats/malicious", atLeast: 3 }],
      },
    };
    let stats = { malicious: 0, suspicious: 0, undetected: 60 };
    service.answer = ({ method, path }, response) => {
      if (method === "POST") reply(response, { data: { type: "analysis", id: "MTcz==/x" } });
      else if (path === "/api/v3/analyses/MTcz%3D%3D%2Fx")
        reply(response, { data: { attributes: { status: "completed", stats } } });
      else reply(response, {}, 404);
    };
    expect(outcome(await verdictOf(virusTotal, FILE))).toEqual(["pass"]);
    stats = { malicious: 12, suspicious: 0, undetected: 40 };
    expect((await verdictOf(virusTotal, FILE)).verdict).toBe("blocked");
    stats = { malicious: 0, suspicious: 0, undetected: 0 };
    expect(outcome(await verdictOf(virusTotal, FILE))[1]).toContain(NO_VERDICT);
  });

  /** A disarm service that answers with these bytes. */
  const metaDefender = (answer: (content: Buffer) => Uint8Array): Sandbox => {
    let content: Buffer = Buffer.alloc(0);
    service.answer = ({ method, path, body }, response) => {
      if (method === "POST") {
        content = body;
        reply(response, { data_id: "d1" });
      } else if (path === "/file/converted/d1") response.writeHead(200).end(answer(content));
      else
        reply(response, {
          process_info: { progress_percentage: 100 },
          scan_results: { scan_all_result_i: 0 },
          sanitized: { result: "Sanitized" },
        });
    };
    return {
      headers: { apikey: "k" },
      submit: { url: `${service.url}/file`, values: { id: "/data_id" } },
      poll: {
        url: `${service.url}/file/{id}`,
        every: "5ms",
        done: [{ pointer: "/process_info/progress_percentage", equals: 100 }],
      },
      verdict: { clean: [{ pointer: "/scan_results/scan_all_result_i", equals: 0 }] },
      fetch: {
        url: `${service.url}/file/converted/{id}`,
        when: [{ pointer: "/sanitized/result", equals: "Sanitized" }],
      },
    };
  };

  it("MetaDefender: the content as the body, and what was made of it in its place, in archives too", async () => {
    const bare = await verdictOf(
      metaDefender(() => HOSTILE),
      FILE,
    );
    expect([bare.verdict, Buffer.from(bare.body).equals(HOSTILE), bare.findings[0]?.message]).toEqual([
      "sanitized",
      true,
      `box made ${HOSTILE.length} bytes of image/png out of ${FILE.length}`,
    ]);
    expect(bare.changes).toMatchObject([{ after: `${HOSTILE.length} bytes, from an external service` }]);
    const archive = packed({ "a.png": FILE, "b.txt": "hi" }, "x.zip", "zip", "-q0");
    const types: Sandbox["types"] = ["image/*"];
    const nested = await verdictOf({ ...metaDefender(() => HOSTILE), types }, archive);
    expect([nested.verdict, Buffer.from(nested.body).includes(HOSTILE)]).toEqual(["sanitized", true]);
    expect(Buffer.from(nested.body).includes(FILE)).toBe(false);
    const same = await verdictOf(
      metaDefender((content) => content),
      FILE,
    );
    expect(outcome(same)).toEqual(["pass"]);
  });

  it("what a disarm service hands back is not believed: it is scanned and disarmed like anything else", async () => {
    const yara = { antivirus: { engines: ["yara" as const] } };
    const infected = await verdictOf(
      metaDefender(() => Buffer.concat([FILE, Buffer.from(EICAR)])),
      FILE,
      yara,
    );
    expect([infected.verdict, infected.findings.map(({ category }) => category)]).toEqual([
      "blocked",
      expect.arrayContaining(["malware"]),
    ]);
    const macro = filesCorpus("ooxml").find(({ file }) => file.endsWith("SimpleMacro.docm"))?.bytes ?? Buffer.alloc(0);
    const office = filesCorpus("ooxml").find(({ file }) => file.endsWith("testExternalRefs.docx"))?.bytes ?? FILE;
    const types: Sandbox["types"] = ["application/vnd.openxmlformats-officedocument"];
    const once = metaDefender((content) => (content.equals(office) ? macro : content));
    const disarmed = await verdictOf({ ...once, types }, office);
    expect(disarmed.verdict).toBe("sanitized");
    expect(Buffer.from(disarmed.body).includes("vbaProject")).toBe(false);
    const stubborn = await verdictOf({ ...metaDefender(() => macro), types }, office);
    expect(stubborn.verdict).toBe("blocked");
    const empty = await verdictOf(
      metaDefender(() => Buffer.alloc(0)),
      FILE,
    );
    expect(outcome(empty)[1]).toBe(`${NO_VERDICT}: what it made of the content is empty`);
    const bomb = await verdictOf(
      metaDefender(() => Buffer.alloc(3 * 2 ** 20)),
      FILE,
    );
    expect(outcome(bomb)[1]).toMatch(/its answer has more than \d+ bytes$/);
  });
});

describe("whatever is not an explicit clean answer is unscannable", () => {
  it.each<[string, string, (response: import("node:http").ServerResponse) => void]>([
    ["an error", "it answered with 403", (response) => reply(response, { verdict: "clean" }, 403)],
    ["a redirect", "it answered with 302", (response) => response.writeHead(302, { Location: service.url }).end()],
    ["no JSON", "its reply is no JSON", (response) => response.end("<html>clean</html>")],
    ["nothing", "its reply is no JSON", (response) => response.end()],
    ["another word", "its verdict is neither", (response) => reply(response, { verdict: "CLEAN" })],
    ["another place", "its verdict is neither", (response) => reply(response, { data: { verdict: "clean" } })],
    ["a list", "its verdict is neither", (response) => reply(response, [{ verdict: "clean" }])],
    [
      "a cut answer",
      "it cannot be reached",
      (response) => response.writeHead(200, { "Content-Length": "99" }).write("{"),
    ],
  ])("%s", async (_, reason, answer) => {
    service.answer = (_asked, response) => {
      answer(response);
      if (!response.writableEnded) setTimeout(() => response.destroy(), 20);
    };
    const verdict = await verdictOf(simple({ retries: 0 }), FILE);
    expect(outcome(verdict)).toEqual(["blocked", expect.stringContaining(`${NO_VERDICT}: ${reason}`)]);
    expect(verdict.findings[0]).toMatchObject({ stage: "sandbox", category: "unscannable" });
  });

  it("an endless answer, one that never comes, and a task that never ends", async () => {
    service.answer = (_, response) => {
      const timer = setInterval(() => response.write(Buffer.alloc(2 ** 20, " ")), 1);
      response.on("close", () => clearInterval(timer));
    };
    expect(outcome(await verdictOf(simple(), FILE))[1]).toMatch(/its answer has more than \d+ bytes$/);
    service.answer = () => {};
    const began = performance.now();
    expect(outcome(await verdictOf(simple({ deadline: "100ms" }), FILE))[1]).toContain("the deadline is over");
    expect(outcome(await verdictOf(simple(), FILE, { limits: { time: "300ms" } })).join()).toContain(
      "the deadline is over",
    );
    expect(performance.now() - began).toBeLessThan(20_000);
    service.answer = ({ method }, response) => reply(response, method === "POST" ? { id: 1 } : { done: false });
    const polled = simple({
      submit: { url: `${service.url}/scan`, values: { id: "/id" } },
      poll: { url: `${service.url}/{id}`, every: "10ms", done: [{ pointer: "/done", equals: true }] },
      deadline: "150ms",
    });
    expect(outcome(await verdictOf(polled, FILE))[1]).toContain("the deadline is over");
  });

  it("a value that would lead elsewhere, or is none", async () => {
    const polled = simple({
      submit: { url: `${service.url}/scan`, values: { id: "/id" } },
      poll: { url: `${service.url}/tasks/{id}/status`, done: [{ pointer: "/verdict", equals: "clean" }] },
    });
    for (const id of ["..", ".", "", null, { a: 1 }, "x".repeat(600)]) {
      service.answer = ({ method }, response) => reply(response, method === "POST" ? { id } : { verdict: "clean" });
      expect(outcome(await verdictOf(polled, FILE))[1]).toMatch(/no (?:usable )?value/);
    }
    service.answer = ({ method, path }, response) => {
      if (method !== "POST") expect(path).toBe("/tasks/..%2F..%2Fadmin%3F/status");
      reply(response, method === "POST" ? { id: "../../admin?" } : { verdict: "clean" });
    };
    expect(outcome(await verdictOf(polled, FILE))).toEqual(["pass"]);
  });

  it("and its outcome is the service's own", async () => {
    service.answer = (_, response) => reply(response, {}, 403);
    const reported = await verdictOf(simple({ unavailable: "report" }), FILE);
    expect([reported.verdict, reported.findings[0]?.action]).toEqual(["pass", "report"]);
    const archive = packed({ "a.png": FILE, "b.txt": "hi" }, "x.zip", "zip", "-q");
    const dropped = await verdictOf(simple({ unavailable: "sanitize", types: ["image/png"] }), archive);
    expect([dropped.verdict, Buffer.from(dropped.body).includes("a.png")]).toEqual(["sanitized", false]);
    const large = await verdictOf(simple({ maxSize: FILE.length - 1 }), FILE);
    expect(outcome(large)[1]).toContain("are more than its maxSize");
  });
});

it("only files are sent, each once, and not the name of anything", async () => {
  service.answer = (_, response) => reply(response, { verdict: "clean" });
  const inspector = pipelineWith(simple());
  const body = Buffer.from(JSON.stringify({ name: "secret", text: "hello", logo: FILE.toString("base64") }));
  for (let i = 0; i < 2; i++) expect((await verdictBy(inspector, body, "application/json")).verdict).toBe("pass");
  expect(service.asked.map((asked) => sha256(asked.body))).toEqual([sha256(FILE)]);
});

it("the same bytes in several places of one response are sent once, and judged in each", async () => {
  service.answer = (_, response) => reply(response, { verdict: "malicious" });
  const logo = FILE.toString("base64");
  const verdict = await verdictBy(
    pipelineWith(simple()),
    Buffer.from(JSON.stringify([logo, logo])),
    "application/json",
  );
  expect(service.asked).toHaveLength(1);
  expect(verdict.findings.map(({ location }) => location.part)).toEqual([
    "body > $[0] (base64)",
    "body > $[1] (base64)",
  ]);
});

it("a response of many files does not overwhelm a service, and each of them is judged", async () => {
  const files = Array.from({ length: 50 }, (_, i) => Buffer.concat([Buffer.from("PK\x03\x04"), Buffer.alloc(40, i)]));
  let [now, most] = [0, 0];
  service.answer = ({ body }, response) => {
    most = Math.max(most, ++now);
    setTimeout(() => {
      now--;
      reply(response, { verdict: body.at(-1) === 49 ? "malicious" : "clean" });
    }, 20);
  };
  const body = Buffer.from(JSON.stringify(files.map((file) => file.toString("base64"))));
  const { findings } = await verdictBy(pipelineWith(simple()), body, "application/json");
  expect(service.asked).toHaveLength(50);
  expect(most).toBe(16);
  const malware = findings.filter(({ category }) => category === "malware");
  expect(malware.map(({ location }) => location.part)).toEqual(["body > $[49] (base64)"]);
});

it("a failing service is asked again, after the time that it names", async () => {
  const times: number[] = [];
  service.answer = (_, response) => {
    times.push(performance.now());
    if (times.length === 1) response.writeHead(503, { "Retry-After": "1" }).end();
    else if (times.length === 2) response.destroy();
    else reply(response, { verdict: "clean" });
  };
  expect(outcome(await verdictOf(simple({ retries: 2 }), FILE))).toEqual(["pass"]);
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(950);
  expect(times).toHaveLength(3);
  service.answer = (_, response) => reply(response, {}, 500);
  service.asked.length = 0;
  expect(outcome(await verdictOf(simple({ retries: 1 }), FILE))[1]).toBe(`${NO_VERDICT}: it answered with 500`);
  expect(service.asked).toHaveLength(2);
});

it("a service that keeps failing is left alone for a while, and a file that it cannot judge does not count", async () => {
  const settings = simple({ retries: 0, breaker: { failures: 2, pause: "400ms" } });
  const inspector = pipelineWith(settings);
  const ask = async () => outcome(await verdictBy(inspector, FILE))[1] ?? "pass";
  service.answer = (_, response) => reply(response, { verdict: "do not know" });
  for (let i = 0; i < 3; i++) expect(await ask()).toContain("its verdict is neither");
  service.answer = (_, response) => reply(response, {}, 500);
  for (let i = 0; i < 2; i++) expect(await ask()).toContain("it answered with 500");
  service.asked.length = 0;
  expect(await ask()).toContain("it failed too often of late and is left alone");
  expect(service.asked).toHaveLength(0);
  await new Promise((resolve) => setTimeout(resolve, 450));
  service.answer = (_, response) => reply(response, { verdict: "do not know" });
  expect(await ask()).toContain("its verdict is neither");
  // It works again, whatever it thinks of that file: the next one need not wait.
  service.answer = (_, response) => reply(response, { verdict: "clean" });
  expect(await ask()).toBe("pass");
});

it("check and readyz hear of a service by its probe, and of one that is left alone", async () => {
  const probe = { url: `${service.url}/version` };
  const box = simple({ probe, retries: 0, breaker: { failures: 1 } });
  const services = new SandboxServices(
    loadConfigText(JSON.stringify({ policy: { sandbox: ["box"] }, sandboxes: { box } }), "x.yaml", {}),
  );
  const health = async () => (await services.health()).map(({ name, state, required }) => [name, state, required]);
  service.answer = (_, response) => reply(response, { version: 1 });
  expect(await health()).toEqual([["sandbox box", "up", true]]);
  expect(service.asked.map(({ method, path }) => [method, path])).toEqual([["GET", "/version"]]);
  service.answer = (_, response) => reply(response, {}, 500);
  expect(await health()).toEqual([["sandbox box", "down", true]]);
  const [asking] = services.of(
    loadConfigText(JSON.stringify({ policy: { sandbox: ["box"] }, sandboxes: { box } }), "x.yaml", {}).defaultPolicy,
  );
  expect((await asking?.ask(FILE, 10_000))?.kind).toBe("failed");
  service.answer = (_, response) => reply(response, { version: 1 });
  expect(await health()).toEqual([["sandbox box", "down", true]]);
});

it("a configuration that cannot work is refused with the reason", () => {
  const load = (sandboxes: object, sandbox = ["box"]) =>
    loadConfigText(JSON.stringify({ policy: { sandbox }, sandboxes }), "x.yaml", {});
  const submit = { url: "https://s.example/scan" };
  const verdict = { clean: [{ pointer: "/v", equals: 1 }] };
  expect(() => load({ box: { submit, verdict } })).not.toThrow();
  expect(() => load({ boxes: { submit, verdict } })).toThrow('sandboxes describes no box, did you mean "boxes"?');
  expect(() => load({ box: { submit, verdict, report: { url: "https://s.example/{task}" } } })).toThrow(
    "{task} in https://s.example/{task} is none of sha256",
  );
  expect(() => load({ box: { submit: { ...submit, method: "GET" }, verdict } })).toThrow(
    "sandboxes.box.submit.method: GET carries no content",
  );
  expect(() => load({ box: { submit: { ...submit, fields: { a: "b" } }, verdict } })).toThrow(
    "sandboxes.box.submit.fields: name the form's field for the content too, as submit.field",
  );
  expect(() => load({ box: { submit, verdict, probe: { url: "https://me:secret@s.example/" } } })).toThrow(
    /sandboxes\.box\.probe\.url: user and password go into headers, as Authorization$/,
  );
  for (const headers of [{ "api key": "secret" }, { apikey: "sec\nret" }])
    expect(() => load({ box: { submit, headers, verdict } })).toThrow(
      /sandboxes\.box\.submit: HTTP does not allow a header field "api.?key" with this value$/,
    );
  expect(() => load({ box: { submit: { url: "https://{id}.example/" }, verdict } })).toThrow(/submit\.url/);
  expect(() => load({ box: { submit, verdict: { clean: [] } } })).toThrow(/verdict\.clean/);
  expect(() => load({ box: { submit, verdict: { clean: [{ pointer: "/v" }] } } })).toThrow(/verdict\.clean\.0/);
});

it("JSON Pointers lead to what RFC 6901 says, and to nothing that is not in the document", () => {
  const document = { foo: ["bar", "baz"], "": 0, "a/b": 1, "m~n": 8, " ": 7 };
  for (const [pointer, value] of [
    ["", document],
    ["/foo", document.foo],
    ["/foo/0", "bar"],
    ["/", 0],
    ["/a~1b", 1],
    ["/m~0n", 8],
    ["/ ", 7],
    ["/foo/length", undefined],
    ["/foo/01", undefined],
    ["/__proto__", undefined],
    ["/constructor/name", undefined],
  ] as const)
    expect([pointer, valueAt(document, pointer)]).toEqual([pointer, value]);
  fc.assert(
    fc.property(fc.json(), fc.string(), (json, pointer) => {
      expect(() => valueAt(JSON.parse(json), pointer)).not.toThrow();
    }),
  );
});
