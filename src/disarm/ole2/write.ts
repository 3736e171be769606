import CFB from "cfb";
import type { CompoundFile, Entry } from "./compound-file.ts";

/** What the library leaves in every file that it writes. */
const MARK: Entry = { path: "\u0001Sh33tJ5", content: Buffer.from("7262") };

/** Whether an entry is only the mark of the library that wrote the file. */
export function isMark({ path, content }: Entry): boolean {
  return path === MARK.path && content.equals(MARK.content);
}

/** A new file with these streams' contents replaced, and without those that have none now, storages with all below. */
export function rewrittenFile(file: CompoundFile, contents: ReadonlyMap<string, Uint8Array | undefined>): Buffer {
  const gone = [...contents].filter(([, content]) => content === undefined).map(([path]) => path);
  const copy = CFB.utils.cfb_new();
  const [root] = copy.FileIndex;
  if (root !== undefined) Object.assign(root, { clsid: file.rootClass });
  for (const entry of file.entries) {
    const { path, content } = entry;
    const isGone = gone.some((each) => path === each || (each.endsWith("/") && path.startsWith(each)));
    if (path.endsWith("/") || isGone || isMark(entry)) continue;
    CFB.utils.cfb_add(copy, `/${path}`, Buffer.from(contents.get(path) ?? content), { unsafe: true });
  }
  return Buffer.from(CFB.write(copy, { type: "buffer" }));
}
