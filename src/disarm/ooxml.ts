import type { Budget } from "../core/budget.ts";
import type { DisarmOptions } from "../core/disarm-policy.ts";
import type { Replaced } from "../core/disarmed.ts";
import { type Disarmer, Removals } from "./disarmer.ts";
import { plainKind, plainMediaType } from "./ooxml/content-types.ts";
import { type OfficePackage, type PackagePart, readPackage } from "./ooxml/package.ts";
import { isPlainPart, partRules } from "./ooxml/rules.ts";
import { contentTypesXml, relationshipsXml } from "./ooxml/write.ts";
import { filterXml } from "./xml/filter.ts";
import { xmlText } from "./xml/text.ts";
import { contentOf } from "./zip/content.ts";
import { namesOf, readZip } from "./zip/directory.ts";
import type { ZipEntry } from "./zip/entry.ts";
import { newEntry, withContent, writeZip } from "./zip/write.ts";

/** Office Open XML documents: parts that hold text, numbers and how they look stay; macros, objects, links and unknown parts go. */
export const ooxmlDisarmer: Disarmer = {
  name: "ooxml",
  key: "office",
  mediaTypes: ["application/zip"],
  mediaType: "application/vnd.openxmlformats-officedocument",
  takes: (bytes) => {
    const names = namesOf(bytes);
    return names.includes("[Content_Types].xml") && names.some((name) => /^(?:word|xl|ppt|visio)\//i.test(name));
  },
  members: (bytes, budget, options) => {
    const { entries } = readZip(bytes, budget);
    return mediaOf(readPackage(entries, new Set(), options, new Removals(), budget)).map(({ entry, contentType }) => ({
      name: entry.name,
      bytes: contentOf(entry, budget),
      contentType,
    }));
  },
  disarm: (bytes, replaced, budget, options) => {
    const { entries, removed } = readZip(bytes, budget);
    const all = readPackage(entries, new Set(), options, removed, budget);
    const media = mediaOf(all);
    const without = new Set(
      media.flatMap(({ entry }, i) => (replaced.has(i) && replaced.get(i) === undefined ? [entry.name] : [])),
    );
    const kept = without.size === 0 ? all : readPackage(entries, without, options, new Removals(), budget);
    const filtered = new Map(kept.parts.map((part) => [part, filteredPart(part, options, removed, budget)]));
    if (removed.isEmpty && replaced.size === 0) return { kind: "clean" };
    const contents = new Map(media.flatMap(({ entry }, i) => contentOfMedia(entry, replaced, i)));
    // Where only pictures in it change, it stays of the kind that it is.
    const became = removed.isEmpty ? undefined : plainTypeOf(kept);
    const bytesOfKind = written(kept, filtered, contents, became !== undefined);
    return {
      kind: "rebuilt",
      bytes: bytesOfKind,
      removed: removed.list(),
      ...(became === undefined ? {} : { mediaType: became }),
    };
  },
};

function mediaOf({ parts }: OfficePackage): readonly PackagePart[] {
  return parts.filter(({ kind }) => kind === "media");
}

/** Media type of the plain kind of a document that may have macros; undefined for one that is of a plain kind. */
function plainTypeOf({ parts }: OfficePackage): string | undefined {
  const main = parts.find(({ contentType }) => plainKind(contentType) !== contentType);
  return main && plainMediaType(plainKind(main.contentType));
}

function contentOfMedia(entry: ZipEntry, replaced: Replaced, index: number): [ZipEntry, Uint8Array][] {
  const content = replaced.get(index);
  return content === undefined ? [] : [[entry, content]];
}

/** The text of an XML part where something in it goes; undefined where it stays as it is. */
function filteredPart(
  { entry, kind, lost }: PackagePart,
  { links }: DisarmOptions,
  removed: Removals,
  budget: Budget,
): string | undefined {
  if (kind !== "xml") return undefined;
  const text = xmlText(contentOf(entry, budget));
  if (isPlainPart(text, lost, links)) return undefined;
  const filtered = filterXml(text, partRules(text, lost, links, removed), budget);
  return filtered === text ? undefined : filtered;
}

/** Relationships to what does not hold for what was changed: signatures, and the order of calculation, which Excel makes anew. */
const DERIVED = new Set(["origin", "signature", "certificate", "calcChain"]);
const CALCULATION_CHAIN = /calcChain\+xml$/i;

function written(
  { parts, root }: OfficePackage,
  filtered: ReadonlyMap<PackagePart, string | undefined>,
  media: ReadonlyMap<ZipEntry, Uint8Array>,
  isPlain: boolean,
): Buffer {
  const kept = parts.filter(({ kind, contentType }) => kind !== "signature" && !CALCULATION_CHAIN.test(contentType));
  const types = kept.map(({ entry, contentType }) => ({
    name: entry.name,
    contentType: isPlain ? plainKind(contentType) : contentType,
  }));
  return writeZip([
    newEntry("[Content_Types].xml", Buffer.from(contentTypesXml(types))),
    ...relationshipsEntry("", root),
    ...kept.flatMap((part) => {
      const text = filtered.get(part);
      const content = text === undefined ? media.get(part.entry) : Buffer.from(text);
      return [
        content === undefined ? part.entry : withContent(part.entry, content),
        ...relationshipsEntry(part.entry.name, part),
      ];
    }),
  ]);
}

function relationshipsEntry(source: string, { relationships }: Pick<PackagePart, "relationships">): ZipEntry[] {
  const staying = relationships.filter(({ type }) => !DERIVED.has(type));
  const folder = source.slice(0, source.lastIndexOf("/") + 1);
  const name = `${folder}_rels/${source.slice(folder.length)}.rels`;
  return staying.length === 0 ? [] : [newEntry(name, Buffer.from(relationshipsXml(staying)))];
}
