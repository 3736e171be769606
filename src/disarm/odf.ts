import type { Budget } from "../core/budget.ts";
import type { DisarmOptions } from "../core/disarm-policy.ts";
import { damaged, type Disarmer, encrypted, Removals } from "./disarmer.ts";
import { useOf } from "./odf/parts.ts";
import { openDocumentRules } from "./odf/rules.ts";
import { filterXml } from "./xml/filter.ts";
import { xmlText } from "./xml/text.ts";
import { contentOf } from "./zip/content.ts";
import { namesOf, readZip } from "./zip/directory.ts";
import { isFolder, type ZipEntry } from "./zip/entry.ts";
import { withContent, writeZip } from "./zip/write.ts";

const MANIFEST = "META-INF/manifest.xml";

/** Open Document packages: text, numbers, charts, pictures and how they look stay; macros, listeners, objects and links go. */
export const odfDisarmer: Disarmer = {
  name: "odf",
  key: "office",
  mediaTypes: ["application/zip"],
  mediaType: "application/vnd.oasis.opendocument",
  takes: (bytes) => {
    const names = namesOf(bytes);
    return names.includes("content.xml") && names.includes(MANIFEST);
  },
  members: (bytes, budget, options) =>
    mediaOf(readZip(bytes, budget).entries, options).map((entry) => ({
      name: entry.name,
      bytes: contentOf(entry, budget),
    })),
  disarm: (bytes, replaced, budget, options) => {
    const { entries, removed } = readZip(bytes, budget);
    refuseEncrypted(entries, budget);
    const media = mediaOf(entries, options);
    const gone = new Set(media.filter((_, i) => replaced.has(i) && replaced.get(i) === undefined));
    const staying = entries.filter((entry) => stays(entry, options, removed) && !gone.has(entry));
    const names = new Set(staying.map(({ name }) => name));
    const holds = (href: string): boolean => {
      const path = decoded(href).replace(/^\.\//, "");
      return names.has(path) || names.has(`${path.replace(/\/$/, "")}/content.xml`);
    };
    const filtered = staying.map((entry) => filteredEntry(entry, names, holds, options, removed, budget));
    if (removed.isEmpty && replaced.size === 0) return { kind: "clean" };
    const written = filtered.flatMap((entry, i) => {
      const original = staying[i] ?? entry;
      // A signature does not hold for what was changed.
      if (useOf(entry.name, entry.size, options).kind === "signature") return [];
      const content = replaced.get(media.indexOf(original));
      return [content === undefined ? entry : withContent(entry, content)];
    });
    return { kind: "rebuilt", bytes: writeZip(written), removed: removed.list() };
  },
};

function mediaOf(entries: readonly ZipEntry[], options: DisarmOptions): readonly ZipEntry[] {
  return entries.filter(({ name, size }) => useOf(name, size, options).kind === "media");
}

function stays(entry: ZipEntry, options: DisarmOptions, removed: Removals): boolean {
  if (isFolder(entry)) return !/^(?:Basic|Scripts|Dialogs)\//i.test(entry.name);
  const { kind, noun = "unknown part" } = useOf(entry.name, entry.size, options);
  if (kind === "go") removed.add(noun);
  return kind !== "go";
}

function refuseEncrypted(entries: readonly ZipEntry[], budget: Budget): void {
  const manifest = entries.find(({ name }) => name === MANIFEST);
  if (manifest === undefined) throw damaged("the document does not say what its parts are");
  if (/<(?:[\w-]+:)?encryption-data\b/.test(xmlText(contentOf(manifest, budget)))) throw encrypted("the document");
}

/** An entry with its XML filtered: the manifest by what stays, all others by what acts. */
function filteredEntry(
  entry: ZipEntry,
  names: ReadonlySet<string>,
  holds: (href: string) => boolean,
  options: DisarmOptions,
  removed: Removals,
  budget: Budget,
): ZipEntry {
  if (useOf(entry.name, entry.size, options).kind !== "xml" || entry.size === 0) return entry;
  const original = xmlText(contentOf(entry, budget));
  const text = withoutDoctype(original);
  removed.add("document type", text === original ? 0 : 1);
  const folder = entry.name.slice(0, entry.name.lastIndexOf("/") + 1);
  const rules =
    entry.name === MANIFEST
      ? manifestRules(names)
      : openDocumentRules((href) => holds(`${folder}${href}`) || holds(href), options, removed);
  const filtered = filterXml(text, rules, budget);
  return filtered === original ? entry : withContent(entry, Buffer.from(filtered));
}

function manifestRules(names: ReadonlySet<string>) {
  return {
    keeps: ({
      local,
      attributes,
    }: {
      readonly local: string;
      readonly attributes: Readonly<Record<string, { readonly local: string; readonly value: string }>>;
    }) => {
      const path = Object.values(attributes).find((attribute) => attribute.local === "full-path")?.value;
      return local !== "file-entry" || path === undefined || path.endsWith("/") || names.has(path);
    },
    attribute: ({ value }: { readonly value: string }) => value,
  };
}

/** The document type of the format's first version names a file beside the parts, and defines nothing. */
function withoutDoctype(text: string): string {
  return text.replace(
    /^((?:\s|<\?[^]*?\?>)*)<!DOCTYPE\s+(?:office|manifest|math):[\w-]+\s+(?:PUBLIC\s+"[^"]*"|SYSTEM)\s+"[\w.-]+"\s*>/,
    "$1",
  );
}

function decoded(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}
