import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ContentCheck } from "./declaration.ts";

/** What reads schemas in languages that few vendors need, and that take a while to load. */
export interface Languages {
  /** Takes the name of a file and its text. */
  readonly graphql?: (file: string, source: string) => ContentCheck;
  /** Takes the name of a file, and all files of the folder by name. */
  readonly xsd?: (file: string, sources: ReadonlyMap<string, Uint8Array>) => ContentCheck;
}

/** Loads what the files of a folder need. */
export async function languagesFor(folder: string): Promise<Languages> {
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const names = isFolder ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
  const isGraphql = names.some((name) => /\.(?:graphqls?|gql)$/.test(name) || hasIntrospection(join(folder, name)));
  return {
    ...(isGraphql ? { graphql: (await import("./graphql/load.ts")).graphqlCheck } : {}),
    ...(names.some((name) => name.endsWith(".xsd")) ? { xsd: (await import("./xsd-check.ts")).xsdCheck } : {}),
  };
}

function hasIntrospection(file: string): boolean {
  return file.endsWith(".json") && statSync(file).isFile() && readFileSync(file).includes('"__schema"');
}
