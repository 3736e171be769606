import { createInspector, type Verdict } from "../../src/index.ts";

const inspector = await createInspector({ policy: { antivirus: { engines: [] } } });

/** The verdict about a body under the default policy, antivirus aside. */
export async function inspected(body: Uint8Array | string, contentType = "application/octet-stream"): Promise<Verdict> {
  return await inspector.inspect({ contentType, body });
}

/** What was delivered, which itself must pass as it is: disarming twice equals disarming once. */
export async function sanitized(body: Uint8Array | string, contentType?: string): Promise<Buffer> {
  const verdict = await inspected(body, contentType);
  if (verdict.verdict !== "sanitized") throw new Error(`not sanitized: ${JSON.stringify(verdict.findings)}`);
  const again = await inspected(verdict.body, contentType);
  if (again.verdict !== "pass") throw new Error(`sanitized, but not clean: ${JSON.stringify(again.findings)}`);
  return Buffer.from(verdict.body);
}

/** The rules of the findings that were acted on. */
export function rulesOf({ findings }: Verdict): string[] {
  return findings.flatMap(({ action, rule }) => (action === "report" ? [] : [rule]));
}
