/** What is wrong at one place of the schemas. */
export interface SchemaProblem {
  readonly file: string;
  /** RFC 6901, such as `/paths/~1items/get`; empty for the whole file. */
  readonly pointer: string;
  readonly reason: string;
  /** What a lenient import makes of it; absent where nothing is unambiguous. */
  readonly repair?: string;
}

/** Problems that one message names; the rest is counted. */
const MOST = 200;

/** Characters of a pointer that are shown. */
const LONGEST = 300;

/** Schemas that cannot be used: says file, place and reason of each problem, one a line. */
export class SchemaError extends Error {
  constructor(file: string, line: number | undefined, reason: string) {
    super(`${line === undefined ? file : `${file}:${line}`}: ${reason}`);
    this.name = "SchemaError";
  }

  /** Several errors, each a line that names file and place. */
  static ofLines(lines: readonly string[]): SchemaError {
    const error = new SchemaError("", undefined, "");
    error.message = lines.join("\n");
    return error;
  }

  /** All problems of an import at once. */
  static ofAll(problems: readonly SchemaProblem[]): SchemaError {
    const lines = problems.slice(0, MOST).map(schemaProblemLine);
    const more = problems.length > MOST ? [`… and ${problems.length - MOST} more problems`] : [];
    const hint = problems.every(({ repair }) => repair !== undefined)
      ? ["every problem has a repair: `schemaImport: { lenient: true }` imports the rest and says what was done"]
      : [];
    return SchemaError.ofLines([...lines, ...more, ...hint]);
  }
}

/** A problem as a line for people. */
export function schemaProblemLine({ file, pointer, reason, repair }: SchemaProblem): string {
  const shown = pointer.length > LONGEST ? `${pointer.slice(0, LONGEST / 2)}…${pointer.slice(-LONGEST / 2)}` : pointer;
  return `${file}${shown === "" ? "" : `#${shown}`}: ${reason}${repair === undefined ? "" : ` (lenient: ${repair})`}`;
}
