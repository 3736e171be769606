import type { Budget } from "../core/budget.ts";
import { type Disarmer, type Removals, unsupported } from "./disarmer.ts";
import { nameToGo } from "./member-name.ts";
import { renamedMember } from "./renamed-member.ts";
import { contentOf } from "./zip/content.ts";
import { readZip } from "./zip/directory.ts";
import { isFolder, type ZipEntry } from "./zip/entry.ts";
import { withContent, withName, writeZip } from "./zip/write.ts";

/** Members that an archive without ZIP64 can count. */
const MOST = 65_534;
const UNIX = 3;
const FILE_TYPE = 0o170000;
const LINK = 0o120000;
const REGULAR = 0o100000;
const FOLDER = 0o040000;

/** ZIP archives: every member is inspected; what leads out of the folder, links, runs or hides beside the members goes. */
export const zipDisarmer: Disarmer = {
  name: "zip",
  key: "archive",
  mediaTypes: ["application/zip"],
  members: (bytes, budget) =>
    readArchive(bytes, budget).files.map((entry) => ({ name: entry.name, bytes: contentOf(entry, budget) })),
  disarm: (bytes, replaced, budget) => {
    const { kept, files, removed } = readArchive(bytes, budget);
    if (removed.isEmpty && replaced.size === 0) return { kind: "clean" };
    const places = new Map(files.map((entry, index) => [entry, index]));
    const names = new Set(kept.map(({ name }) => name));
    const entries = kept.flatMap((entry) => {
      const index = places.get(entry);
      if (index === undefined || !replaced.has(index)) return [entry];
      const content = replaced.get(index);
      if (content === undefined) return [];
      return [withName(withContent(entry, content), renamedMember(entry.name, content, names, budget))];
    });
    if (entries.length > MOST) throw unsupported(`an archive of more than ${MOST} members is not written`);
    return { kind: "rebuilt", bytes: writeZip(entries), removed: removed.list() };
  },
};

interface Archive {
  readonly kept: readonly ZipEntry[];
  /** Those that are no folders: the members by their index. */
  readonly files: readonly ZipEntry[];
  readonly removed: Removals;
}

function readArchive(bytes: Uint8Array, budget: Budget): Archive {
  const { entries, removed } = readZip(bytes, budget);
  const kept = entries.filter((entry) => {
    const reason = reasonToGo(entry);
    if (reason !== undefined) removed.add(reason);
    return reason === undefined;
  });
  return { kept, files: kept.filter((entry) => !isFolder(entry)), removed };
}

/** Why a member goes whatever it holds, as a noun; undefined where its content decides. */
function reasonToGo({ name, system, attributes }: ZipEntry): string | undefined {
  const type = system === UNIX ? (attributes >>> 16) & FILE_TYPE : 0;
  if (type === LINK) return "link";
  if (type !== 0 && type !== REGULAR && type !== FOLDER) return "special file";
  return nameToGo(name);
}
