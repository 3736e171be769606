import type { Budget } from "../../core/budget.ts";
import { filterXml } from "../xml/filter.ts";
import type { Relationship } from "./relationships.ts";

/** A part name as names are compared: without regard to case (part 2, section 6.2.2.3). */
export function key(name: string): string {
  return name.replace(/^\/+/, "").toLowerCase();
}

/** The name of a part that a relationship of a part in a folder leads to. */
export function resolved(folder: string, target: string): string {
  const plain = target.replace(/[?#].*$/, "").replaceAll("\\", "/");
  let path = plain;
  try {
    path = decodeURIComponent(plain);
  } catch {
    // A name with a bare percent sign is a name.
  }
  const segments: string[] = [];
  for (const segment of (path.startsWith("/") ? path : `${folder}${path}`).split("/"))
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  return key(segments.join("/"));
}

/** The relationships of a `.rels` part. */
export function readRelationships(text: string, budget: Budget): Relationship[] {
  const relationships: Relationship[] = [];
  eachElement(text, budget, (local, attribute) => {
    if (local !== "Relationship") return;
    const fullType = attribute("Type");
    const type = fullType.slice(fullType.lastIndexOf("/") + 1);
    const isExternal = attribute("TargetMode").toLowerCase() === "external";
    relationships.push({ id: attribute("Id"), type, fullType, target: attribute("Target"), isExternal });
  });
  return relationships;
}

/** Shows every element of a part's XML. Throws `RefusedFile` for what is not well-formed. */
export function eachElement(
  text: string,
  budget: Budget,
  see: (local: string, attribute: (name: string) => string) => void,
): void {
  const rules = {
    keeps: ({ local, attributes }: { local: string; attributes: Readonly<Record<string, { value: string }>> }) => {
      see(local, (name) => attributes[name]?.value ?? "");
      return true;
    },
    attribute: ({ value }: { value: string }) => value,
  };
  filterXml(text, rules, budget);
}
