import type { Category, Severity } from "../../core/category.ts";

/** The category that a rule's `attack-…` tag stands for, Lazaret's own and the Core Rule Set's. */
export const CATEGORY_OF_TAG: ReadonlyMap<string, Category> = new Map<string, Category>([
  ["attack-sqli", "sqli"],
  ["attack-xss", "xss"],
  ["attack-rce", "rce"],
  ["attack-lfi", "lfi"],
  ["attack-rfi", "rfi"],
  ["attack-injection-php", "php"],
  ["attack-injection-java", "java"],
  ["attack-injection-nodejs", "nodejs"],
  ["attack-injection-generic", "nodejs"],
  ["attack-ssti", "ssti"],
  ["attack-ssrf", "ssrf"],
  ["attack-nosql", "nosql"],
  ["attack-ldap", "ldap"],
  ["attack-xpath", "xpath"],
  ["attack-xxe", "xxe"],
  ["attack-crlf", "crlf"],
  ["attack-protocol", "crlf"],
  ["attack-fixation", "xss"],
  ["attack-deserialization", "deserialization"],
  ["attack-prototype-pollution", "prototype-pollution"],
  ["attack-disclosure", "leak"],
]);

/** Ids that are reserved for the Core Rule Set. */
const CRS = /^9\d{5}$/;
/** Its families that say something about a response: attacks in values (921, 930 to 934, 941 to 944), leaks in bodies (950 to 956). */
const FAMILIES = /^9(?:21|3[0-4]|4[1-4]|5[0-6])/;

/** Whether a rule judges what a response holds: families of the Core Rule Set that judge the client, its request or the sum of scores do not. */
export function judgesResponses(id: string): boolean {
  return !isCoreRule(id) || FAMILIES.test(id);
}

/** Whether a rule is the Core Rule Set's, which passes over rules of higher paranoia itself; of others the tag tells. */
export function isCoreRule(id: string): boolean {
  return CRS.test(id);
}

/** What a SecLang severity is here, and what it adds to the anomaly score. */
export interface SeverityMeaning {
  readonly severity: Severity;
  readonly score: number;
}

const NONE: SeverityMeaning = { severity: "low", score: 0 };

/** SecLang severities, by name and by number. */
export const SEVERITIES: ReadonlyMap<string, SeverityMeaning> = new Map<string, SeverityMeaning>([
  ["EMERGENCY", { severity: "critical", score: 5 }],
  ["0", { severity: "critical", score: 5 }],
  ["ALERT", { severity: "critical", score: 5 }],
  ["1", { severity: "critical", score: 5 }],
  ["CRITICAL", { severity: "critical", score: 5 }],
  ["2", { severity: "critical", score: 5 }],
  ["ERROR", { severity: "high", score: 4 }],
  ["3", { severity: "high", score: 4 }],
  ["WARNING", { severity: "medium", score: 3 }],
  ["4", { severity: "medium", score: 3 }],
  ["NOTICE", { severity: "low", score: 2 }],
  ["5", { severity: "low", score: 2 }],
  ["INFO", NONE],
  ["6", NONE],
  ["DEBUG", NONE],
  ["7", NONE],
]);
