import { RefusedFile } from "../disarmer.ts";

const DECLARATION = /<!ENTITY\s+([A-Za-z_][\w.-]*)\s+(?:"([^"]*)"|'([^']*)')\s*>/g;
const MOST = 100;
const LONGEST = 200;

/**
 * The entities that a document type declares, where they are plain words, as drawing programs write their namespaces. Throws
 * `RefusedFile` for those that read files or grow.
 */
export function plainEntities(doctype: string): Readonly<Record<string, string>> {
  const entities: Record<string, string> = {};
  for (const [, name = "", double, single] of doctype.matchAll(DECLARATION)) entities[name] = double ?? single ?? "";
  const values = Object.values(entities);
  const declarations = doctype.match(/<!ENTITY/g)?.length ?? 0;
  if (
    declarations !== values.length ||
    values.length > MOST ||
    values.some((value) => value.length > LONGEST || /[&%<]/.test(value))
  )
    throw new RefusedFile("xxe", "entities", "its document type defines entities that read, fetch or grow");
  return entities;
}
