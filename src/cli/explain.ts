import { Command } from "commander";
import type { Finding } from "../core/finding.ts";
import type { Incident } from "../core/incident.ts";
import { everyIndex } from "../core/normalized-path.ts";
import { stateFolder } from "../state-folder.ts";
import { type MatchExplainer, matchExplainer } from "./explain-match.ts";
import { commandConfiguration } from "./configuration.ts";
import { UsageError } from "./exit.ts";
import { openFilledStore } from "./state.ts";

/** `lazaret explain INCIDENT`: why a response was not handed on as it came, and what would allow it. */
export function explainCommand(): Command {
  return new Command("explain")
    .description("say why: rules, paths, evidence, before and after, and the configuration that would allow it")
    .argument("<incident>", "the id in Lazaret-Incident, with or without urn:uuid:")
    .option("-c, --config <file>", "configuration file (default: lazaret.yaml where there is one)")
    .option("--json", "the incident as JSON")
    .action(async (id: string, { config, json }: { config?: string; json?: true }) => {
      const loaded = await commandConfiguration(config);
      const store = openFilledStore(loaded);
      try {
        const incident = await store.get(id.replace(/^urn:uuid:/, ""));
        if (incident === undefined) throw new UsageError(`there is no incident ${id} in ${stateFolder(loaded)}`);
        if (json === true) console.log(JSON.stringify(incident, undefined, 2));
        else
          console.log(
            explanation(incident, await matchExplainer(incident, loaded, await store.quarantined(incident.id))),
          );
      } finally {
        await store.close();
      }
    });
}

function explanation(incident: Incident, explainMatch: MatchExplainer): string {
  const { id, at, door, vendor, request, status, verdict, would, findings, quarantine } = incident;
  const outcome = would === undefined ? verdict : `${verdict}, would be ${would}`;
  const kept =
    quarantine === undefined
      ? []
      : [`original: ${quarantine.bytes} bytes, ${quarantine.state}, SHA-256 ${quarantine.sha256}`];
  return [
    `${outcome}: ${request.method} ${request.url} (${status})`,
    `incident ${id}, ${new Date(at).toISOString()}, ${door}, vendor ${vendor ?? "none"}`,
    ...kept,
    ...findings.map((finding, i) => `\n${i + 1}. ${explainFinding(finding, incident, explainMatch)}`),
  ].join("\n");
}

function explainFinding(
  finding: Finding,
  { changes, vendor, request }: Incident,
  explainMatch: MatchExplainer,
): string {
  const { rule, category, severity, action, message, location, evidence } = finding;
  const change = changes.find(
    (candidate) => candidate.location.part === location.part && candidate.location.path === location.path,
  );
  const allowing = action === "report" ? [] : allowingLines(finding, vendor, request);
  return [
    `${message}: ${category}, ${severity}, rule ${rule}, ${action}`,
    `   where:    ${location.part}${location.path === "" ? "" : ` ${location.path}`}`,
    ...(evidence === "" ? [] : [`   evidence: ${evidence}`]),
    ...explainMatch(finding, change).map((line) => `   matched:  ${line}`),
    ...(change === undefined ? [] : [`   before:   ${change.before}`, `   after:    ${change.after ?? "(removed)"}`]),
    ...allowing.map((line, i) => (i === 0 ? `   allow it: ${line}` : `             ${line}`)),
  ].join("\n");
}

/** The exclusion for this rule at this path and route, as it stands under the vendor. */
function allowingLines(
  { rule, location }: Finding,
  vendor: string | undefined,
  request: Incident["request"],
): string[] {
  const path = location.path.startsWith("$") ? `, path: ${JSON.stringify(everyIndex(location.path))}` : "";
  const route = `${request.method} ${request.url.replace(/^[a-z]+:\/\/[^/?]*/i, "").replace(/\?.*$/s, "") || "/"}`;
  return [
    `vendors.${vendor ?? "NAME"}:`,
    `  exclude: [{ rule: ${JSON.stringify(rule)}${path}, route: ${JSON.stringify(route)} }]`,
  ];
}
