import type { Disarmer } from "./disarmer.ts";
import { rewriteSvg } from "./svg/rewrite.ts";
import { xmlText } from "./xml/text.ts";

/** SVG drawings: elements, attributes and styles that draw stay; what runs, loads or belongs to other programs goes. */
export const svgDisarmer: Disarmer = {
  name: "svg",
  key: "image",
  mediaTypes: ["image/svg+xml"],
  members: (bytes, budget, { links }) => rewriteSvg(xmlText(bytes), new Map(), links, budget).images,
  disarm: (bytes, replaced, budget, { links }) => {
    const { text, removed } = rewriteSvg(xmlText(bytes), replaced, links, budget);
    if (removed.isEmpty && replaced.size === 0) return { kind: "clean" };
    return { kind: "rebuilt", bytes: Buffer.from(text), removed: removed.list() };
  },
};
