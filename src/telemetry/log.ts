import { destination, type Logger, pino } from "pino";
import pretty from "pino-pretty";
import type { Inspector } from "../core/verdict.ts";

export type Log = Logger;

/** A log on standard error: standard output is for what commands answer. */
export function createLog(level: string, format: "pretty" | "json"): Log {
  const options = { level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` };
  if (format === "json") return pino(options, destination({ dest: 2, sync: false }));
  return pino(options, pretty({ destination: 2, sync: true, colorize: process.stderr.isTTY, singleLine: true }));
}

/** An inspector that logs every verdict that acts: what it was and where it is explained, nothing of the response itself. */
export function loggingInspector(inspector: Inspector, log: Log, door: string): Inspector {
  return {
    async inspect(exchange) {
      const verdict = await inspector.inspect(exchange);
      if (verdict.verdict === "pass" && verdict.would === undefined) return verdict;
      const rules = [...new Set(verdict.findings.filter(({ action }) => action !== "report").map(({ rule }) => rule))];
      log.warn(
        {
          door,
          vendor: exchange.vendor,
          verdict: verdict.verdict,
          would: verdict.would,
          incident: verdict.incident,
          rules: rules.slice(0, 10),
          findings: verdict.findings.length,
        },
        verdict.would === undefined ? `response ${verdict.verdict}` : `response would be ${verdict.would}`,
      );
      return verdict;
    },
  };
}
