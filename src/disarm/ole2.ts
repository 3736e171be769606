import { removalsText } from "../core/disarmed.ts";
import { type Disarmer, RefusedFile } from "./disarmer.ts";
import { activeContent, kindOf } from "./ole2/active.ts";
import { readCompoundFile } from "./ole2/compound-file.ts";

/**
 * Legacy Office documents (OLE2). They are not rebuilt, because what their streams refer to is not known well enough: refused,
 * with what acts in them.
 */
export const ole2Disarmer: Disarmer = {
  name: "ole2",
  key: "office",
  mediaTypes: ["application/x-ole-storage"],
  disarm: (bytes) => {
    const { entries } = readCompoundFile(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    const kind = kindOf(entries);
    const found = activeContent(entries);
    throw new RefusedFile(
      "unscannable",
      "legacy-office",
      found.isEmpty ? `a legacy ${kind} can hide what acts` : `${removalsText(found.list())} in a legacy ${kind}`,
    );
  },
};
