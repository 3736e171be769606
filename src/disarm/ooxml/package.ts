import type { Budget } from "../../core/budget.ts";
import type { DisarmOptions } from "../../core/disarm-policy.ts";
import { damaged, type Removals, unsupported } from "../disarmer.ts";
import { xmlText } from "../xml/text.ts";
import { contentOf } from "../zip/content.ts";
import { isFolder, type ZipEntry } from "../zip/entry.ts";
import { kindOf, type PartKind } from "./content-types.ts";
import { eachElement, key, readRelationships, resolved } from "./read.ts";
import { metadataToGo, type Relationship, relationshipToGo } from "./relationships.ts";

const CONTENT_TYPES = "[Content_Types].xml";

/** A part that stays. */
export interface PackagePart {
  readonly entry: ZipEntry;
  readonly contentType: string;
  readonly kind: PartKind;
  readonly relationships: readonly Relationship[];
  /** Types of the relationships that go, by their ids. */
  readonly lost: ReadonlyMap<string, string>;
}

/** A document as the parts that stay (Open Packaging Conventions, ECMA-376, part 2). */
export interface OfficePackage {
  readonly parts: readonly PackagePart[];
  readonly root: Pick<PackagePart, "relationships" | "lost">;
}

/**
 * Walks a document from its root over the relationships that lead to nothing active. What they do not reach goes. `without` names
 * parts that go besides. Throws `RefusedFile` and `BudgetExceeded`.
 */
export function readPackage(
  entries: readonly ZipEntry[],
  without: ReadonlySet<string>,
  options: DisarmOptions,
  removed: Removals,
  budget: Budget,
): OfficePackage {
  return new PackageReader(entries, without, options, removed, budget).read();
}

class PackageReader {
  readonly #byName: ReadonlyMap<string, ZipEntry>;
  readonly #without: ReadonlySet<string>;
  readonly #options: DisarmOptions;
  readonly #removed: Removals;
  readonly #budget: Budget;
  readonly #typeOf: (name: string) => string | undefined;
  readonly #parts = new Map<string, PackagePart>();
  /** Every part that any relationship names, those that go too. */
  readonly #named = new Set<string>();

  constructor(
    entries: readonly ZipEntry[],
    without: ReadonlySet<string>,
    options: DisarmOptions,
    removed: Removals,
    budget: Budget,
  ) {
    const files = entries.filter((entry) => !isFolder(entry));
    this.#byName = new Map(files.map((entry) => [key(entry.name), entry]));
    if (this.#byName.size < files.length) throw damaged("two parts of the document have the same name");
    this.#without = new Set([...without].map(key));
    this.#options = options;
    this.#removed = removed;
    this.#budget = budget;
    this.#typeOf = this.#contentTypes();
  }

  read(): OfficePackage {
    const queue: string[] = [];
    const root = this.#relationshipsOf("", queue);
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      const entry = this.#byName.get(name);
      const contentType = this.#typeOf(name);
      if (entry === undefined || contentType === undefined || this.#parts.has(name)) continue;
      this.#parts.set(name, { entry, contentType, kind: kindOf(contentType), ...this.#relationshipsOf(name, queue) });
    }
    this.#countUnreferenced();
    return { parts: [...this.#parts.values()], root };
  }

  #relationshipsOf(source: string, queue: string[]): Pick<PackagePart, "relationships" | "lost"> {
    const folder = source.slice(0, source.lastIndexOf("/") + 1);
    const entry = this.#byName.get(`${folder}_rels/${source.slice(folder.length)}.rels`);
    if (entry === undefined) {
      if (source === "") throw damaged("the document has no relationships");
      return { relationships: [], lost: new Map() };
    }
    const relationships: Relationship[] = [];
    const lost = new Map<string, string>();
    for (const relationship of readRelationships(this.#xml(entry), this.#budget)) {
      const target = relationship.isExternal ? undefined : resolved(folder, relationship.target);
      if (target !== undefined) this.#named.add(target);
      const noun = relationshipToGo(relationship, this.#options) ?? this.#targetToGo(target, relationship.type);
      if (noun === undefined) {
        relationships.push(relationship);
        if (target !== undefined) queue.push(target);
      } else {
        lost.set(relationship.id, relationship.type);
        if (noun[0] !== "") this.#removed.add(noun[0], 1, noun[1]);
      }
    }
    return { relationships, lost };
  }

  /** The noun for a target that goes; an empty one where the part that it names was counted before, or is not there. */
  #targetToGo(target: string | undefined, type: string): readonly [one: string, many?: string] | undefined {
    if (target === undefined) return undefined;
    if (this.#without.has(target)) return [""];
    const contentType = this.#typeOf(target);
    // Programs leave relationships to parts that are not there, and pass over them.
    if (!this.#byName.has(target) || contentType === undefined) return undefined;
    const metadata = metadataToGo(type, this.#options);
    if (metadata !== undefined) return metadata;
    const kind = kindOf(contentType);
    if (kind === "metafile") return ["metafile"];
    return kind === "other" ? ["unknown part"] : undefined;
  }

  /** Parts that no relationship at all leads to, not even one of a part that goes. */
  #countUnreferenced(): void {
    for (const [name, entry] of this.#byName) {
      const [, folder = "", source = ""] = /^(.*?)_rels\/([^/]*)\.rels$/.exec(name) ?? [];
      if (!name.endsWith(".rels") || this.#parts.has(folder + source)) continue;
      for (const { target, isExternal } of readRelationships(this.#xml(entry), this.#budget))
        if (!isExternal) this.#named.add(resolved(folder, target));
    }
    for (const name of this.#byName.keys())
      if (!this.#parts.has(name) && !this.#named.has(name) && name !== key(CONTENT_TYPES) && !name.endsWith(".rels"))
        this.#removed.add("unreferenced part");
  }

  #contentTypes(): (name: string) => string | undefined {
    const entry = this.#byName.get(key(CONTENT_TYPES));
    if (entry === undefined) throw damaged("the document does not say what its parts are");
    const defaults = new Map<string, string>();
    const overrides = new Map<string, string>();
    eachElement(this.#xml(entry), this.#budget, (local, attribute) => {
      const type = attribute("ContentType");
      if (local === "Default") defaults.set(attribute("Extension").toLowerCase(), type);
      if (local === "Override") overrides.set(key(attribute("PartName")), type);
      if (/\.binary\.macroenabled\./i.test(type)) throw unsupported("the workbook is in Excel's binary form");
    });
    return (name) => overrides.get(name) ?? defaults.get(/\.([^./]*)$/.exec(name)?.[1] ?? "");
  }

  #xml(entry: ZipEntry): string {
    return xmlText(contentOf(entry, this.#budget));
  }
}
