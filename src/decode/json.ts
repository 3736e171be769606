import { evidenceOf } from "../core/evidence.ts";
import type { Decoded, FormatContext, FormatDecoder, Problem } from "./format.ts";
import { JsonLeaves } from "./json-leaves.ts";
import { JsonScanner, JsonSyntaxError } from "./json-scanner.ts";

/** What some vendors put before the text so that it is not valid JavaScript; applications strip it. */
const PREFIX = /^(?:\)\]\}',?|while\s?\(1\);|for\s?\(;;\);|&&&START&&&|\{\}&&|throw 1; ?<dont be evil>)[ \t]*\r?\n?/;

/** JSON (RFC 8259), by a scanner that keeps the place of every value. */
export const jsonDecoder: FormatDecoder = {
  name: "json",
  mediaTypes: ["application/json", "text/json", "+json"],
  decode: decodeJson,
};

function decodeJson(source: Uint8Array, context: FormatContext): Decoded {
  const prefix = PREFIX.exec(Buffer.from(source.subarray(0, 64)).toString("latin1"))?.[0] ?? "";
  const scanner = new JsonScanner(source, prefix.length, context.budget);
  const problems: Problem[] = [];
  if (prefix !== "") problems.push(prefixProblem(prefix));
  if (!isBlank(source)) {
    try {
      scanner.scan();
    } catch (error) {
      if (!(error instanceof JsonSyntaxError)) throw error;
      problems.push(syntaxProblem(source, error));
    }
  }
  const leaves = new JsonLeaves(source, scanner.columns());
  context.budget.takeLeaves(leaves.length);
  problems.push(...valueProblems(scanner, leaves));
  return { leaves, problems, embedded: [] };
}

function isBlank(source: Uint8Array): boolean {
  return source.length < 64 && source.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

function prefixProblem(prefix: string): Problem {
  return {
    category: "malformed",
    rule: "lazaret/json/prefix",
    severity: "low",
    message: "a prefix that is not JSON stands before the text",
    evidence: prefix,
    path: "$",
    atMost: "report",
  };
}

function syntaxProblem(source: Uint8Array, { message, offset }: JsonSyntaxError): Problem {
  const before = Buffer.from(source.subarray(0, offset)).toString("latin1");
  const line = before.split("\n").length;
  const column = offset - before.lastIndexOf("\n");
  return {
    category: "malformed",
    rule: "lazaret/json/syntax",
    severity: "medium",
    message: `${message}, at line ${line}, column ${column}`,
    evidence: Buffer.from(source.subarray(offset, offset + 64)).toString("utf8"),
    path: `line ${line}, column ${column}`,
    remedy: { kind: "none" },
  };
}

function valueProblems(scanner: JsonScanner, leaves: JsonLeaves): Problem[] {
  return [
    ...scanner.duplicateKeys.map((leaf): Problem => ({
      category: "malformed",
      rule: "lazaret/json/duplicate-key",
      severity: "high",
      message: `the key "${evidenceOf(leaves.value(leaf))}" is there twice, and parsers disagree which one counts`,
      evidence: leaves.value(leaf),
      leaf,
      remedy: { kind: "remove" },
    })),
    ...scanner.hugeNumbers.map((leaf): Problem => ({
      category: "limits",
      rule: "lazaret/json/huge-number",
      severity: "medium",
      message: "a number that no double can hold",
      evidence: leaves.value(leaf),
      leaf,
    })),
    ...scanner.loneSurrogates.map((leaf): Problem => ({
      category: "encoding",
      rule: "lazaret/json/lone-surrogate",
      severity: "medium",
      message: "half of a surrogate pair, which is no character",
      evidence: leaves.value(leaf),
      leaf,
      remedy: { kind: "rewrite", rewrite: (value) => value.toWellFormed() },
    })),
  ];
}
