/** Whether a value is an object with members, as JSON and YAML have it. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The member of that name, or undefined where there is none, or nothing that has members. */
export function field(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** The members of what may be an object; none of anything else. */
export function members(value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : [];
}
