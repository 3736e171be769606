import type { RouteMatcher } from "./policy.ts";

/**
 * A matcher for a route such as `GET /items/{id}`, `/items/*` or `* /files/**`: an optional method, then a path template
 * in which `{name}` and `*` stand for one segment and `**` for any number. The query does not count.
 * Throws `SyntaxError` where there is no path.
 */
export function compileRoute(route: string): RouteMatcher {
  const [, method = "*", template] = /^\s*(?:([A-Za-z]+|\*)\s+)?(\/\S*)\s*$/.exec(route) ?? [];
  if (template === undefined)
    throw new SyntaxError(`"${route}" is not a route: expected a method and a path, such as "GET /items/{id}"`);
  const pattern = new RegExp(`^${template.split("/").map(segmentPattern).join("/")}/?$`);
  const wanted = method.toUpperCase();
  return ({ request }) =>
    (wanted === "*" || wanted === request.method.toUpperCase()) && pattern.test(pathOfUrl(request.url));
}

function segmentPattern(segment: string): string {
  if (segment === "**") return ".*";
  if (segment === "*" || /^\{[^}]*\}$/.test(segment)) return "[^/]+";
  return segment.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** The path of an absolute or relative URL, as written. */
export function pathOfUrl(url: string): string {
  return url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "").replace(/[?#].*$/s, "") || "/";
}
