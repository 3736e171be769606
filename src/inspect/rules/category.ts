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
  ["attack-ssti", "ssti"],
  ["attack-ssrf", "ssrf"],
  ["attack-nosql", "nosql"],
  ["attack-ldap", "ldap"],
  ["attack-xpath", "xpath"],
  ["attack-xxe", "xxe"],
  ["attack-crlf", "crlf"],
  ["attack-deserialization", "deserialization"],
  ["attack-prototype-pollution", "prototype-pollution"],
]);

/** SecLang severities: what they are here, and what they add to the anomaly score. */
export const SEVERITIES: ReadonlyMap<string, { readonly severity: Severity; readonly score: number }> = new Map<
  string,
  { readonly severity: Severity; readonly score: number }
>([
  ["CRITICAL", { severity: "critical", score: 5 }],
  ["ERROR", { severity: "high", score: 4 }],
  ["WARNING", { severity: "medium", score: 3 }],
  ["NOTICE", { severity: "low", score: 2 }],
]);
