import { below, type Place } from "./documents.ts";

/** The path of a server's URL, its variables left as parameters where their default does not span segments. */
export function serverBase(server: Place | undefined): string | undefined {
  const url = server && below(server, "url")?.value;
  if (server === undefined || typeof url !== "string") return undefined;
  const filled = url.replaceAll(/\{([^}]*)\}/g, (parameter, name: string) => {
    const fallback = below(server, "variables", name, "default")?.value;
    return typeof fallback === "string" && fallback.includes("/") ? fallback : parameter;
  });
  return filled
    .replace(/^(?:[a-z][a-z0-9+.-]*:)?\/\/[^/?#]*/i, "")
    .replace(/^\{[^}]*\}(?=\/|$)/, "")
    .replace(/[?#].*$/s, "")
    .replace(/\/$/, "");
}
