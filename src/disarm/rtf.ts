import type { Budget } from "../core/budget.ts";
import type { DisarmOptions } from "../core/disarm-policy.ts";
import type { Replaced } from "../core/disarmed.ts";
import { damaged, type Disarmer } from "./disarmer.ts";
import { Rewriter } from "./rtf/rewriter.ts";
import { destinationOf } from "./rtf/text.ts";
import { parseRtf } from "./rtf/tree.ts";

/**
 * RTF (version 1.9.1): text, styles and lists stay byte for byte; objects, templates, fields that reach out, metafiles and groups
 * nobody knows go, and leave the text or picture that stood for them.
 */
export const rtfDisarmer: Disarmer = {
  name: "rtf",
  key: "office",
  mediaTypes: ["application/rtf"],
  members: (bytes, budget, options) =>
    rewritten(bytes, new Map(), options, budget).rewriter.pictures.map(({ contentType, bytes: picture }, index) => ({
      name: `picture ${index + 1}`,
      bytes: picture,
      contentType,
    })),
  disarm: (bytes, replaced, budget, options) => {
    const { rewriter, document } = rewritten(bytes, replaced, options, budget);
    if (rewriter.removed.isEmpty && replaced.size === 0) return { kind: "clean" };
    return { kind: "rebuilt", bytes: settled(document, options, budget), removed: rewriter.removed.list() };
  },
};

const ROUNDS = 4;

/** What stood on both sides of something that went may read otherwise together: repeats until nothing more goes. */
function settled(document: Buffer, options: DisarmOptions, budget: Budget): Buffer {
  let result = document;
  for (let round = 0; round < ROUNDS; round++) {
    const again = rewritten(result, new Map(), options, budget);
    if (again.rewriter.removed.isEmpty) return result;
    result = again.document;
  }
  throw damaged("the RTF reads differently each time that something is taken out");
}

function rewritten(bytes: Uint8Array, replaced: Replaced, options: DisarmOptions, budget: Budget) {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { root, unclosed } = parseRtf(source, budget);
  const { name, isIgnorable } = destinationOf(root, source);
  // Word takes the shorter word too.
  if (isIgnorable || !/^rtf?$/.test(name)) throw damaged("the RTF does not say that it is RTF");
  const rewriter = new Rewriter(source, replaced, options, budget);
  const document = rewriter.document(root);
  rewriter.removed.add("open end", unclosed > 0 ? 1 : 0);
  // Word ends its files with a NUL.
  if (/[^\s\0]/.test(source.toString("latin1", root.end)))
    rewriter.removed.add("run of bytes after the end", 1, "runs of bytes after the end");
  return { rewriter, document };
}
