import { isDestination } from "./destinations.ts";
import type { Group, Node } from "./tree.ts";

/** What a group is for: its first control word, and whether readers that do not know it ignore the group. */
export interface Destination {
  readonly name: string;
  readonly isIgnorable: boolean;
  /** Index of the node after it. */
  readonly next: number;
}

/** The destination of a group; a group of text alone has an empty name. */
export function destinationOf(group: Group, source: Buffer): Destination {
  let isIgnorable = false;
  for (const [index, node] of group.nodes.entries()) {
    if (node.kind === "word") return { name: node.name, isIgnorable, next: index + 1 };
    if (node.kind === "symbol" && node.character === "*") isIgnorable = true;
    else if (node.kind !== "text" || /[^\r\n]/.test(source.toString("latin1", node.start, node.end))) break;
  }
  return { name: "", isIgnorable, next: 0 };
}

/** The text of a group as readers gather it: escapes undone, groups for something else left out. */
export function textOf(group: Group, source: Buffer): string {
  const { next } = destinationOf(group, source);
  return group.nodes
    .slice(next)
    .map((node) => textOfNode(node, source))
    .join("");
}

function textOfNode(node: Node, source: Buffer): string {
  switch (node.kind) {
    case "text":
      return source.toString("latin1", node.start, node.end).replaceAll(/[\r\n]/g, "");
    case "symbol":
      if (node.character === "'")
        return String.fromCharCode(Number.parseInt(source.toString("latin1", node.start + 2, node.end), 16) || 0x20);
      return node.character === "*" ? "" : node.character;
    case "word":
      if (node.name === "u") return String.fromCharCode((node.value ?? 0) & 0xffff);
      return node.name === "tab" || node.name === "par" || node.name === "line" ? " " : "";
    case "group":
      return isDestination(destinationOf(node, source)) ? "" : textOf(node, source);
    case "binary":
      return "";
    default:
      return node satisfies never;
  }
}
