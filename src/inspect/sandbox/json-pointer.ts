/** The value at a JSON Pointer (RFC 6901), or undefined where there is none. */
export function valueAt(document: unknown, pointer: string): unknown {
  let value = document;
  for (const step of pointer.split("/").slice(1).map(unescaped)) {
    if (Array.isArray(value)) value = /^(?:0|[1-9]\d{0,8})$/.test(step) ? value[Number(step)] : undefined;
    else if (typeof value === "object" && value !== null)
      value = Object.hasOwn(value, step) ? Object.getOwnPropertyDescriptor(value, step)?.value : undefined;
    else return undefined;
  }
  return value;
}

function unescaped(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}
