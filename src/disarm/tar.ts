import { damaged, type Disarmer } from "./disarmer.ts";
import { nameToGo } from "./member-name.ts";
import { renamedMember } from "./renamed-member.ts";
import { readTar, type TarEntry } from "./tar/read.ts";
import { writeTar } from "./tar/write.ts";

/** TAR archives (POSIX ustar and pax, GNU's long names): members are inspected; links, devices and unsafe paths go. */
export const tarDisarmer: Disarmer = {
  name: "tar",
  key: "archive",
  mediaTypes: ["application/x-tar"],
  members: (bytes, budget) =>
    filesOf(readTar(bytes, budget).entries).map(({ name, content }) => {
      budget.takeDecompressed(content.length);
      return { name, bytes: content };
    }),
  disarm: (bytes, replaced, budget) => {
    const { entries, removed } = readTar(bytes, budget);
    // Unpacking takes the last of two members of one name, a search the first.
    if (new Set(entries.map(({ name }) => name)).size < entries.length)
      throw damaged("two members of the TAR archive have the same name");
    for (const entry of entries) {
      const reason = reasonToGo(entry);
      if (reason !== undefined) removed.add(reason);
    }
    if (removed.isEmpty && replaced.size === 0) return { kind: "clean" };
    const places = new Map(filesOf(entries).map((entry, index) => [entry, index]));
    const names = new Set(entries.map(({ name }) => name));
    const kept = entries.flatMap((entry) => {
      if (reasonToGo(entry) !== undefined) return [];
      const index = places.get(entry);
      if (index === undefined || !replaced.has(index)) return [entry];
      const content = replaced.get(index);
      if (content === undefined) return [];
      return [{ ...entry, content, name: renamedMember(entry.name, content, names, budget) }];
    });
    return { kind: "rebuilt", bytes: writeTar(kept), removed: removed.list() };
  },
};

function filesOf(entries: readonly TarEntry[]): readonly TarEntry[] {
  return entries.filter((entry) => entry.type === "file" && reasonToGo(entry) === undefined);
}

function reasonToGo({ name, type }: TarEntry): string | undefined {
  if (type === "link") return "link";
  return type === "special" ? "special file" : nameToGo(name);
}
