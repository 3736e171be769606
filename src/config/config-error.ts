/** One thing wrong with a configuration: where, and what was expected. */
export interface ConfigProblem {
  /** 1-based line in the file, where it is known. */
  readonly line?: number;
  /** Dotted key, such as `vendors.acme.upstream`; empty for the whole file. */
  readonly key: string;
  readonly message: string;
}

/** A configuration that cannot be used, with every problem. */
export class ConfigError extends Error {
  readonly file: string;
  readonly problems: readonly ConfigProblem[];

  constructor(file: string, problems: readonly ConfigProblem[]) {
    super(problems.map((problem) => renderProblem(file, problem)).join("\n"));
    this.name = "ConfigError";
    this.file = file;
    this.problems = problems;
  }
}

function renderProblem(file: string, { line, key, message }: ConfigProblem): string {
  return [line === undefined ? file : `${file}:${line}`, ...(key === "" ? [] : [key]), message].join(": ");
}
