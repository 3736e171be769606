import type { HeaderList } from "../../core/headers.ts";
import type { FieldDetection } from "./check.ts";

/** Pieces between commas or semicolons that stand in no quoted string. */
const BETWEEN = {
  commas: /(?:"(?:\\.|[^"\\])*"|[^",])+/g,
  semicolons: /(?:"(?:\\.|[^"\\])*"|[^";])+/g,
};

/**
 * What the content is, or how long, said in more than one way: some readers believe the first, some the last, so that
 * what was inspected as one is used as another (RFC 9110, sections 5.3 and 8.3; RFC 9112, section 6.3).
 */
export function checkAmbiguity(headers: HeaderList): FieldDetection[] {
  const types = valuesOf(headers, "content-type").map((value) => piecesOf(value, "semicolons"));
  const readings = [...new Set(types.map(readingOf))];
  const repeated = types.flatMap(parametersSaidTwice);
  const lengths = [...new Set(valuesOf(headers, "content-length"))];
  return [
    ...(readings.length > 1 ? [found("Content-Type", readings)] : []),
    ...(repeated.length > 0 ? [found("a parameter of Content-Type", repeated)] : []),
    ...(lengths.length > 1 ? [found("Content-Length", lengths)] : []),
  ];
}

/** Values of a field, whether it stands there several times or once with commas. */
function valuesOf(headers: HeaderList, wanted: string): string[] {
  return headers.filter(([name]) => name.toLowerCase() === wanted).flatMap(([, value]) => piecesOf(value, "commas"));
}

function piecesOf(value: string, between: keyof typeof BETWEEN): string[] {
  return (value.match(BETWEEN[between]) ?? []).map((piece) => piece.trim()).filter(Boolean);
}

/** A media type as readers understand it: where no charset is named, they take UTF-8. */
function readingOf([type = "", ...parameters]: readonly string[]): string {
  const told = parameters.map(sameSpelling).filter((parameter) => !/^charset=utf-?8$/.test(parameter));
  return [type.toLowerCase(), ...told].join("; ");
}

function parametersSaidTwice([, ...parameters]: readonly string[]): string[] {
  const distinct = [...new Set(parameters.map(sameSpelling))];
  const names = distinct.map((parameter) => parameter.split("=", 1)[0]);
  return distinct.filter((_, i) => names.indexOf(names[i]) < i);
}

/** Only boundaries are told apart by case (RFC 2046, section 5.1.1). */
function sameSpelling(parameter: string): string {
  const plain = parameter.replaceAll('"', "").replace(/\s*=\s*/, "=");
  return /^boundary=/i.test(plain) ? plain.replace(/^boundary/i, "boundary") : plain.toLowerCase();
}

function found(what: string, said: readonly string[]): FieldDetection {
  return {
    category: "malformed",
    rule: "lazaret/header/ambiguous",
    severity: "high",
    message: `${what} is said in several ways, and readers disagree which one counts`,
    evidence: said.join(", "),
    remedy: { kind: "none" },
  };
}
