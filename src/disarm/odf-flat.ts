import type { Budget } from "../core/budget.ts";
import type { DisarmOptions } from "../core/disarm-policy.ts";
import type { Member, Replaced } from "../core/disarmed.ts";
import { type Disarmer, Removals } from "./disarmer.ts";
import { openDocumentRules } from "./odf/rules.ts";
import { filterXml } from "./xml/filter.ts";
import { xmlText } from "./xml/text.ts";

/** How pictures that can be rebuilt begin; metafiles hold drawing commands. */
const PICTURE = /^(?:\x89PNG|\xff\xd8\xff|GIF8|BM|II\*\0|MM\0\*|RIFF[^]{4}WEBP|\s*<(?:\?xml|svg))/;

/** Open Document as one XML file, its pictures in base64: as the package. */
export const flatOdfDisarmer: Disarmer = {
  name: "odf-flat",
  key: "office",
  mediaTypes: ["application/vnd.oasis.opendocument.flat-xml"],
  members: (bytes, budget, options) => rewritten(bytes, new Map(), options, budget).pictures,
  disarm: (bytes, replaced, budget, options) => {
    const { text, removed } = rewritten(bytes, replaced, options, budget);
    if (removed.isEmpty && replaced.size === 0) return { kind: "clean" };
    return { kind: "rebuilt", bytes: Buffer.from(text), removed: removed.list() };
  },
};

function rewritten(bytes: Uint8Array, replaced: Replaced, options: DisarmOptions, budget: Budget) {
  const removed = new Removals();
  const pictures: Member[] = [];
  const rules = openDocumentRules(() => false, options, removed);
  const text = filterXml(
    xmlText(bytes),
    {
      ...rules,
      readsText: ({ local }) => local === "binary-data",
      textOf: (_, base64) => {
        const content = Buffer.from(base64, "base64");
        budget.takeDecompressed(content.length);
        if (!PICTURE.test(content.toString("latin1", 0, 64))) {
          removed.add("metafile");
          return undefined;
        }
        const index = pictures.length;
        pictures.push({ name: `picture ${index + 1}`, bytes: content });
        if (!replaced.has(index)) return base64;
        const safe = replaced.get(index);
        return safe && Buffer.from(safe).toString("base64");
      },
    },
    budget,
  );
  return { text, removed, pictures };
}
