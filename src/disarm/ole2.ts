import { removalsText } from "../core/disarmed.ts";
import { type Disarmer, RefusedFile } from "./disarmer.ts";
import { activeContent, kindOf } from "./ole2/active.ts";
import { Container } from "./ole2/container.ts";

/**
 * Legacy Office documents (OLE2). They are not rebuilt, because what their streams refer to is not known well enough: refused,
 * with what acts in them.
 */
export const ole2Disarmer: Disarmer = {
  name: "ole2",
  key: "office",
  mediaTypes: ["application/x-ole-storage"],
  disarm: (bytes) => {
    const entries = Container.read(bytes).entries();
    const kind = kindOf(entries);
    const found = activeContent(entries);
    throw new RefusedFile(
      "unscannable",
      "legacy-office",
      found.isEmpty ? `a legacy ${kind} can hide what acts` : `${removalsText(found.list())} in a legacy ${kind}`,
    );
  },
};
