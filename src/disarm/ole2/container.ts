import CFB from "cfb";
import { damaged } from "../disarmer.ts";

/** A stream or, with a path that ends in a slash, a storage of an OLE2 file (MS-CFB); paths begin below the root. */
export interface Entry {
  readonly path: string;
  readonly content: Buffer;
}

/** Storages and streams that a file may have; real ones stay under two thousand. */
const MOST_ENTRIES = 20_000;

/** What the library leaves in every file that it writes. */
const MARK: Entry = { path: "\u0001Sh33tJ5", content: Buffer.from("7262") };

/** An OLE2 file: a little file system in a file. */
export class Container {
  readonly #file: CFB.CFB$Container;

  private constructor(file: CFB.CFB$Container) {
    this.#file = file;
  }

  /** Reads a file. Throws `damaged` where its tables do not hold together. */
  static read(bytes: Uint8Array): Container {
    let file: CFB.CFB$Container;
    try {
      file = CFB.read(Buffer.from(bytes), { type: "buffer" });
    } catch {
      throw damaged("the tables of the OLE2 file do not hold together");
    }
    if (file.FullPaths.length > MOST_ENTRIES) throw damaged(`the OLE2 file has more than ${MOST_ENTRIES} entries`);
    return new Container(file);
  }

  entries(): readonly Entry[] {
    const [root = ""] = this.#file.FullPaths;
    return this.#file.FullPaths.flatMap((path, index) => {
      const entry = this.#file.FileIndex[index];
      // Unused places of the directory have no name.
      if (entry === undefined || entry.type === 0 || entry.name === "" || path === root) return [];
      const below = path.startsWith(root) ? path.slice(root.length) : path;
      const content = Buffer.from(entry.content ?? []);
      return below === MARK.path && content.equals(MARK.content) ? [] : [{ path: below, content }];
    });
  }

  /** A new file with these streams' contents replaced, and without those that have none now, storages with all below. */
  rewritten(contents: ReadonlyMap<string, Uint8Array | undefined>): Buffer {
    const gone = [...contents].filter(([, content]) => content === undefined).map(([path]) => path);
    const file = CFB.utils.cfb_new();
    const [root] = file.FileIndex;
    // Programs tell a message by the class of its root.
    if (root !== undefined) Object.assign(root, { clsid: this.#file.FileIndex[0]?.clsid ?? "" });
    for (const { path, content } of this.entries()) {
      if (path.endsWith("/") || gone.some((each) => path === each || (each.endsWith("/") && path.startsWith(each))))
        continue;
      CFB.utils.cfb_add(file, `/${path}`, Buffer.from(contents.get(path) ?? content), { unsafe: true });
    }
    return Buffer.from(CFB.write(file, { type: "buffer" }));
  }
}
