import type { PathSegment } from "./part.ts";

/** JSONPath of a value, normalized (RFC 9535, section 2.7). */
export function normalizedPath(segments: readonly PathSegment[]): string {
  return `$${segments.map((segment) => (typeof segment === "number" ? `[${segment}]` : `['${quotedName(segment)}']`)).join("")}`;
}

/** A member name as it stands between the quotes of a normalized path. */
export function quotedName(name: string): string {
  return name.replaceAll(/['\\\u0000-\u001f]/g, (character) =>
    character >= " " ? `\\${character}` : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A normalized path for every element of its lists. */
export function everyIndex(path: string): string {
  return path.replaceAll(/\[\d+\]/g, "[*]");
}

/** A normalized path in which `[*]` stands for member names that are meant. */
export function everyName(path: string, isMeant: (name: string) => boolean): string {
  return path.replaceAll(/\['((?:[^'\\]|\\.)*)'\]/g, (step, name: string) => (isMeant(name) ? "[*]" : step));
}
