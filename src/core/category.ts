/** Every category a finding can have, in the order of DESIGN's list. */
export const CATEGORIES = [
  "sqli",
  "xss",
  "rce",
  "lfi",
  "rfi",
  "php",
  "java",
  "nodejs",
  "ssti",
  "ssrf",
  "nosql",
  "ldap",
  "xpath",
  "xxe",
  "crlf",
  "deserialization",
  "prototype-pollution",
  "prompt-injection",
  "hidden-text",
  "csv-formula",
  "malware",
  "active-content",
  "schema",
  "limits",
  "encoding",
  "header",
  "redirect",
  "leak",
  "malformed",
  "unscannable",
] as const;

/** What kind of danger a finding is about. */
export type Category = (typeof CATEGORIES)[number];

/** Severities from harmless to worst. */
export const SEVERITIES = ["low", "medium", "high", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What is done about a finding, from weakest to strongest. */
export const ACTIONS = ["report", "sanitize", "block"] as const;
export type Action = (typeof ACTIONS)[number];

/** The stronger of two actions. */
export function strongerAction(a: Action, b: Action): Action {
  return ACTIONS.indexOf(a) >= ACTIONS.indexOf(b) ? a : b;
}

/** The action of each category where no policy says otherwise (formula cells in CSV have their own, see its decoder). */
export const DEFAULT_ACTIONS: Readonly<Record<Category, Action>> = {
  sqli: "sanitize",
  xss: "sanitize",
  rce: "sanitize",
  lfi: "sanitize",
  rfi: "sanitize",
  php: "sanitize",
  java: "sanitize",
  nodejs: "sanitize",
  ssti: "sanitize",
  ssrf: "sanitize",
  nosql: "sanitize",
  ldap: "sanitize",
  xpath: "sanitize",
  xxe: "block",
  crlf: "sanitize",
  deserialization: "sanitize",
  "prototype-pollution": "sanitize",
  "prompt-injection": "report",
  "hidden-text": "sanitize",
  "csv-formula": "report",
  malware: "block",
  "active-content": "sanitize",
  schema: "block",
  limits: "block",
  encoding: "block",
  header: "sanitize",
  redirect: "block",
  leak: "report",
  malformed: "block",
  unscannable: "block",
};
