import { isIdentifier } from "./identifier.ts";

/** Different names at one place of otherwise equal paths from which on they are data. */
const MOST_NAMES = 20;

/** The path of an absolute or relative URL, without its query. */
export function pathOf(url: string): string {
  return url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "").replace(/[?#].*$/s, "") || "/";
}

/** Segments of a path; `{}` stands for what identifies. */
export function templateSegments(path: string): string[] {
  return path
    .split("/")
    .slice(1)
    .map((segment) => (isIdentifier(segment) || /^\{.*\}$/.test(segment) ? "{}" : segment));
}

/** Whether a path is one of a template's, `{name}` standing for any one segment. */
export function matchesTemplate(template: string, path: string): boolean {
  const wanted = template.split("/");
  const given = path.split("/");
  return (
    wanted.length === given.length &&
    wanted.every((segment, i) => (/^\{.*\}$/.test(segment) ? given[i] !== "" : segment === given[i]))
  );
}

/**
 * Which templates to make one: paths of the same method and length that differ at one place alone, where there are more than 20
 * names. Gives for each path that changes what it becomes; left to right, so that what was made one counts as one further on.
 */
export function collapsed(paths: readonly (readonly string[])[]): ReadonlyMap<readonly string[], readonly string[]> {
  const current = new Map(paths.map((path) => [path, path]));
  const longest = Math.max(0, ...paths.map(({ length }) => length));
  for (let place = 0; place < longest; place++) {
    const groups = Map.groupBy(
      [...current].filter(([, now]) => now.length > place),
      ([, now]) => JSON.stringify(now.with(place, "{}")),
    );
    for (const group of groups.values()) {
      const names = new Set(group.map(([, now]) => now[place]));
      if (names.size > MOST_NAMES) for (const [path, now] of group) current.set(path, now.with(place, "{}"));
    }
  }
  return new Map([...current].filter(([path, now]) => path.some((segment, i) => segment !== now[i])));
}

/** The template as OpenAPI writes it: parameters named for what stands before them, `/users/{userId}/orders/{orderId}`. */
export function namedTemplate(segments: readonly string[]): string {
  const used = new Set<string>();
  const named = segments.map((segment, i) => {
    if (segment !== "{}") return segment;
    const before = segments.slice(0, i).findLast((one) => one !== "{}");
    const name = unused(before === undefined ? "id" : `${camelCase(singular(before))}Id`, used);
    used.add(name);
    return `{${name}}`;
  });
  return `/${named.join("/")}`;
}

function unused(name: string, used: ReadonlySet<string>): string {
  for (let i = 2; ; i++) {
    if (!used.has(name)) return name;
    const numbered = `${name.replace(/\d+$/, "")}${i}`;
    if (!used.has(numbered)) return numbered;
  }
}

function singular(word: string): string {
  if (/ies$/i.test(word)) return word.replace(/ies$/i, "y");
  if (/(?:ss|us|is)$/i.test(word)) return word;
  return word.replace(/(?<=x|ch|sh|ss)es$|s$/i, "");
}

function camelCase(word: string): string {
  const name = word.replaceAll(/[^A-Za-z0-9]+(.?)/g, (_, next: string) => next.toUpperCase());
  return /^[A-Za-z]/.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : "item";
}
