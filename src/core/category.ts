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

const BLOCKED: readonly Category[] = [
  "malware",
  "xxe",
  "schema",
  "limits",
  "encoding",
  "malformed",
  "redirect",
  "unscannable",
];
const REPORTED: readonly Category[] = ["prompt-injection", "leak", "csv-formula"];

/** The action of each category where no policy says otherwise (CSV cells override `csv-formula`, see the text formats). */
export const DEFAULT_ACTIONS: Readonly<Record<Category, Action>> = Object.fromEntries(
  CATEGORIES.map((category): [Category, Action] => [
    category,
    BLOCKED.includes(category) ? "block" : REPORTED.includes(category) ? "report" : "sanitize",
  ]),
) as Record<Category, Action>;
