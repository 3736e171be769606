import type { Budget } from "../../core/budget.ts";
import type { DisarmOptions } from "../../core/disarm-policy.ts";
import type { Replaced } from "../../core/disarmed.ts";
import { Removals } from "../disarmer.ts";
import { destinationRemoved, isActiveWord, needsOwnGroup } from "./destinations.ts";
import { fieldRemoved } from "./field.ts";
import { type Picture, pictureData, pictureOf } from "./picture.ts";
import { destinationOf, textOf } from "./text.ts";
import type { Group, Node } from "./tree.ts";

/** Properties of shapes that are words; all others are numbers, or hold a picture. */
const SHAPE_WORDS = /^(?:wzName|wzDescription|gtextUNICODE|gtextFont|metroBlob)$/;

/** Writes a document anew from its tree: what stays, byte for byte, without what acts. */
export class Rewriter {
  readonly removed = new Removals();
  /** Pictures in the order that they stand in. */
  readonly pictures: Picture[] = [];
  readonly #source: Buffer;
  readonly #replaced: Replaced;
  readonly #options: DisarmOptions;
  readonly #budget: Budget;
  readonly #pieces: Buffer[] = [];
  #endsInWord = false;

  constructor(source: Buffer, replaced: Replaced, options: DisarmOptions, budget: Budget) {
    this.#source = source;
    this.#replaced = replaced;
    this.#options = options;
    this.#budget = budget;
  }

  document(root: Group): Buffer {
    this.#group(root);
    return Buffer.concat(this.#pieces);
  }

  #group(group: Group): void {
    this.#budget.checkTime();
    const { name, isIgnorable } = destinationOf(group, this.#source);
    const gone = destinationRemoved(name, isIgnorable, this.#options.metadata);
    if (gone !== undefined) return this.#drop(...gone);
    if (name === "fldinst") return this.#drop("misplaced field instruction");
    if (name === "pict") return this.#picture(group);
    if (name === "field") return this.#field(group);
    if (name === "object") return this.#object(group);
    if (name === "sp" && !this.#isInertShape(group)) return this.#drop("shape property", "shape properties");
    this.#braced(() => this.#nodes(group.nodes, group));
  }

  #braced(write: () => void): void {
    this.#put(OPEN);
    write();
    this.#put(CLOSE);
  }

  #nodes(nodes: readonly Node[], group: Group): void {
    const { next } = destinationOf(group, this.#source);
    const first = group.nodes[next - 1];
    for (const node of nodes) {
      if (node.kind === "group") this.#group(node);
      else if (node.kind === "binary") this.#drop("binary block");
      else if (node.kind === "word" && node !== first && needsOwnGroup(node.name))
        // Everything after it in the group would belong to it.
        return this.#drop("misplaced group");
      else if (node.kind === "word" && isActiveWord(node.name)) this.#drop("object setting");
      else this.#keep(node);
    }
  }

  /** A picture in a codec of the web is a file of its own; all others go. */
  #picture(group: Group): void {
    const picture = pictureOf(group, this.#source);
    if (picture === undefined) return this.#drop("metafile or bitmap picture");
    const index = this.pictures.push(picture) - 1;
    const bytes = this.#replaced.has(index) ? this.#replaced.get(index) : picture.bytes;
    if (bytes === undefined) return this.#drop("picture");
    this.#braced(() => {
      this.#nodes(picture.head, group);
      this.#put(Buffer.from(`${this.#endsInWord ? " " : ""}${pictureData(bytes)}`));
    });
    if (picture.isBinary) this.removed.add("binary block");
  }

  /** A field that does more than show what the document holds leaves only what it showed last. */
  #field(group: Group): void {
    const inner = group.nodes.flatMap((node) => (node.kind === "group" ? [node] : []));
    const named = (name: string): Group[] => inner.filter((each) => destinationOf(each, this.#source).name === name);
    const instructions = named("fldinst");
    const [instruction] = instructions;
    const gone =
      instruction === undefined || instructions.length > 1
        ? (["unlisted field"] as const)
        : fieldRemoved(textOf(instruction, this.#source), holdsField(instruction, this.#source), this.#options.links);
    if (gone === undefined)
      return this.#braced(() => {
        for (const node of group.nodes)
          if (node !== instruction || node.kind !== "group") this.#nodes([node], group);
          else this.#braced(() => this.#nodes(node.nodes, node));
      });
    this.#drop(...gone);
    this.#contentOf(named("fldrslt"));
  }

  /** An object leaves only its picture. */
  #object(group: Group): void {
    const isLinked = group.nodes.some((node) => node.kind === "word" && /^obj(?:aut)?link$/.test(node.name));
    this.#drop(isLinked ? "linked object" : "embedded object");
    const groups = group.nodes.flatMap((node) => (node.kind === "group" ? [node] : []));
    this.#contentOf(groups.filter((each) => destinationOf(each, this.#source).name === "result"));
  }

  #contentOf(groups: readonly Group[]): void {
    for (const group of groups) {
      const { next } = destinationOf(group, this.#source);
      this.#braced(() => this.#nodes(group.nodes.slice(next), group));
    }
  }

  #isInertShape(group: Group): boolean {
    const part = (name: string): Group | undefined =>
      group.nodes.find(
        (node): node is Group => node.kind === "group" && destinationOf(node, this.#source).name === name,
      );
    const [name, value] = [part("sn"), part("sv")];
    if (name === undefined || value === undefined) return false;
    const word = textOf(name, this.#source).trim();
    const text = textOf(value, this.#source).trim();
    return /^-?\d*$/.test(text) || SHAPE_WORDS.test(word);
  }

  #drop(one: string, many?: string): void {
    this.removed.add(one, 1, many);
    // What follows must not run into the control word before.
    if (this.#endsInWord) this.#put(SPACE);
  }

  #keep(node: Exclude<Node, Group>): void {
    const piece = this.#source.subarray(node.start, node.end);
    this.#pieces.push(piece);
    this.#endsInWord = node.kind === "word" && piece.at(-1) !== 0x20;
  }

  #put(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#endsInWord = false;
  }
}

const OPEN = Buffer.from("{");
const CLOSE = Buffer.from("}");
const SPACE = Buffer.from(" ");

function holdsField(group: Group, source: Buffer): boolean {
  return group.nodes.some(
    (node) => node.kind === "group" && (destinationOf(node, source).name === "field" || holdsField(node, source)),
  );
}
