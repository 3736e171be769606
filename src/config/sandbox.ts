import { validateHeaderName, validateHeaderValue } from "node:http";
import type { Condition, SandboxService, ServiceRequest } from "../core/sandbox-policy.ts";
import type { ConditionConfiguration, Configuration, SandboxConfiguration } from "./config-types.ts";
import { nearestWord } from "./suggest.ts";
import { parseDuration, parseSize } from "./units.ts";

type Sandboxes = NonNullable<Configuration["sandboxes"]>;

/** An external service by the name that a policy gives it. Throws `RangeError` for one that is not described, or not soundly. */
export function resolveSandbox(name: string, sandboxes: Sandboxes = {}): SandboxService {
  const own = sandboxes[name];
  if (own === undefined) {
    const near = nearestWord(name, Object.keys(sandboxes));
    throw new RangeError(`sandboxes describes no ${name}${near === undefined ? "" : `, did you mean "${near}"?`}`);
  }
  checkTemplates(name, own);
  checkRequests(name, own);
  const { submit, poll, report, verdict, fetch, probe, breaker = {} } = own;
  const request = requestWith(own.headers ?? {});
  return {
    name,
    submit: {
      ...request(submit, "POST"),
      body: submit.field === undefined ? "raw" : { field: submit.field, fields: submit.fields ?? {} },
      values: submit.values ?? {},
    },
    poll: poll && {
      ...request(poll),
      every: parseDuration(poll.every ?? "1s"),
      done: conditions(poll.done),
      failed: conditions(poll.failed),
    },
    report: report && request(report),
    verdict: { clean: conditions(verdict.clean), malicious: conditions(verdict.malicious), names: verdict.names },
    fetch: fetch && { ...request(fetch), when: conditions(fetch.when) },
    probe: probe && request(probe),
    deadline: parseDuration(own.deadline ?? "60s"),
    retries: own.retries ?? 2,
    maxSize: parseSize(own.maxSize ?? "25MiB"),
    breaker: { failures: breaker.failures ?? 5, pause: parseDuration(breaker.pause ?? "30s") },
    types: own.types,
    unavailable: own.unavailable ?? "block",
  };
}

type RequestConfiguration = Pick<SandboxConfiguration["submit"], "url" | "method" | "headers">;

function requestWith(common: Readonly<Record<string, string>>) {
  return ({ url, method, headers }: RequestConfiguration, usual: "GET" | "POST" = "GET"): ServiceRequest => ({
    url,
    method: method ?? usual,
    headers: { ...common, ...headers },
  });
}

function conditions(list: readonly ConditionConfiguration[] = []): readonly Condition[] {
  return list.map(({ equals, ...rest }) => ({
    ...rest,
    ...(equals === undefined ? {} : { equals: Array.isArray(equals) ? equals : [equals] }),
  }));
}

/** What no request could be made of is said before there is one. */
function checkRequests(service: string, { headers: common = {}, ...own }: SandboxConfiguration): void {
  const { submit, poll, report, fetch, probe } = own;
  if (submit.method === "GET") throw new RangeError(`sandboxes.${service}.submit.method: GET carries no content`);
  if (submit.fields !== undefined && submit.field === undefined)
    throw new RangeError(
      `sandboxes.${service}.submit.fields: name the form's field for the content too, as submit.field`,
    );
  for (const [name, request] of Object.entries({ submit, poll, report, fetch, probe })) {
    if (request === undefined) continue;
    const place = `sandboxes.${service}.${name}`;
    const url = URL.parse(request.url.replaceAll(/[{}]/g, ""));
    if (url === null) throw new RangeError(`${place}.url: ${request.url} is no URL`);
    const { username, password } = url;
    if (username !== "" || password !== "")
      throw new RangeError(`${place}.url: user and password go into headers, as Authorization`);
    for (const [field, value] of Object.entries({ ...common, ...request.headers })) checkHeader(place, field, value);
  }
}

function checkHeader(place: string, field: string, value: string): void {
  try {
    validateHeaderName(field);
    validateHeaderValue(field, value);
  } catch {
    // The value may be a secret.
    throw new RangeError(`${place}: HTTP does not allow a header field ${JSON.stringify(field)} with this value`);
  }
}

/** Every name in a URL must be one that the reply to the submission gives. */
function checkTemplates(service: string, { submit, poll, report, fetch, probe }: SandboxConfiguration): void {
  const given = ["sha256", ...Object.keys(submit.values ?? {})];
  const urls = [poll, report, fetch].flatMap((request) =>
    request === undefined ? [] : [[request.url, given] as const],
  );
  for (const [url, known] of [[submit.url, ["sha256"]] as const, [probe?.url ?? "", []] as const, ...urls])
    for (const [, name = ""] of url.matchAll(/\{(\w+)\}/g))
      if (!known.some((value) => value === name))
        throw new RangeError(`sandboxes.${service}: {${name}} in ${url} is none of ${known.join(", ") || "no values"}`);
}
