import type { Finding } from "../../src/core/finding.ts";
import type { HeaderField } from "../../src/core/headers.ts";
import type { Verdict } from "../../src/core/verdict.ts";
import { verdictFields } from "../../src/http/respond.ts";

/** Violations that one field lists. */
const MOST_LISTED = 20;
const LONGEST_NAME = 100;

/** `X-Infection-Found` numbers kinds of threats and what was done, as deployed clients read them. */
const VIRUS = 0;
const VIOLATION = 2;
const REPAIRED = 1;
const BLOCKED = 2;

/** The ICAP fields that tell a client the verdict: Lazaret's own and those that scanners send. */
export function icapVerdictFields(verdict: Verdict): HeaderField[] {
  return [...scannerFields(verdict), ...verdictFields(verdict)];
}

function scannerFields({ verdict, findings }: Verdict): HeaderField[] {
  if (verdict === "pass") return [["X-Response-Info", "Allowed"]];
  const acted = findings.filter(({ action }) => action === (verdict === "blocked" ? "block" : "sanitize"));
  const threats = acted.toSorted((a, b) => rank(b) - rank(a));
  const [worst] = threats;
  const name = threatName(worst);
  const type = worst?.category === "malware" ? VIRUS : VIOLATION;
  const infection = `Type=${type}; Resolution=${verdict === "blocked" ? BLOCKED : REPAIRED}; Threat=${name};`;
  if (verdict === "sanitized")
    return [
      ["X-Infection-Found", infection],
      ["X-Response-Info", "Sanitized"],
      ["X-Response-Desc", `${threats.length} findings were made harmless`],
    ];
  return [
    ["X-Infection-Found", infection],
    ["X-Virus-ID", name],
    ["X-Violations-Found", violations(threats)],
    ...errorCode(worst),
    ["X-Response-Info", "Blocked"],
    ["X-Response-Desc", `${threats.length} findings block this content`],
  ];
}

/** Why content could not be inspected, in the words of those scanners that say so. */
function errorCode(finding: Finding | undefined): HeaderField[] {
  if (finding === undefined) return [];
  const { category, rule } = finding;
  if (rule.includes("encrypted")) return [["X-Error-Code", "password_protected"]];
  if (rule === "lazaret/limits/depth" || rule === "lazaret/limits/parts")
    return [["X-Error-Code", "max_archive_layers_exceeded"]];
  return ["unscannable", "encoding", "malformed", "limits"].includes(category)
    ? [["X-Error-Code", "decode_error"]]
    : [];
}

function rank({ category }: Finding): number {
  return category === "malware" ? 1 : 0;
}

/** A count, then four lines for each: where, what, and two numbers that name the problem and what was done. */
function violations(threats: readonly Finding[]): string {
  const listed = threats.slice(0, MOST_LISTED);
  const lines = listed.flatMap((finding) => [plain(finding.location.part) || "-", threatName(finding), "0", "0"]);
  return [String(listed.length), ...lines].join("\r\n\t");
}

/** For malware what the engine calls it, else the rule; nothing in it can end the field or a part of it. */
function threatName(finding: Finding | undefined): string {
  if (finding === undefined) return "unnamed";
  const isMalware = finding.category === "malware";
  return plain(isMalware ? (finding.evidence.split(", ")[0] ?? "") : finding.rule) || "unnamed";
}

function plain(text: string): string {
  return text
    .replaceAll(/[^\x20-\x7e]+|;/g, "_")
    .trim()
    .slice(0, LONGEST_NAME);
}
