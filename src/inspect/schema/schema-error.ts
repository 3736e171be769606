/** A schema that cannot be used: says file, line and reason. */
export class SchemaError extends Error {
  constructor(file: string, line: number | undefined, reason: string) {
    super(`${line === undefined ? file : `${file}:${line}`}: ${reason}`);
    this.name = "SchemaError";
  }
}
