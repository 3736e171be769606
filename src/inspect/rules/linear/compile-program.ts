import type { AST } from "@eslint-community/regexpp";
import { NO_BYTES } from "../byte-set.ts";
import { byteSet, type Modifiers } from "./byte-set.ts";
import type { Edge, Instruction, Look, Program } from "./program.ts";

/** A program beyond this is refused: counted repetitions are spelled out. */
const MOST_INSTRUCTIONS = 100_000;

/** More look-arounds than this are refused: an automaton has to tell apart which of them hold. */
const MOST_LOOKS = 12;

/** Compiles the programs of one pattern, each when it is asked for. */
export class PatternCompiler {
  readonly #tree: AST.Pattern;
  readonly #modifiers: Modifiers;
  readonly #shared: Omit<Surroundings, "reversed" | "exact">;
  readonly hasReferences: boolean;

  /** The pattern, whose flags `g` and `y` do not count, and its tree. */
  constructor(pattern: RegExp, tree: AST.Pattern) {
    this.#tree = tree;
    this.#modifiers = { ignoreCase: pattern.ignoreCase, multiline: pattern.multiline, dotAll: pattern.dotAll };
    this.hasReferences = holdsReference(this.#tree);
    const groups = new Map(groupsIn(this.#tree).map((group, i) => [group, i + 1]));
    this.#shared = { groups, looks: [], lookIndex: new Map() };
  }

  /** The look-arounds of the programs compiled so far. */
  get looks(): readonly Look[] {
    return this.#shared.looks;
  }

  /** Tells whether there is a match, read from the begin or the end; with back-references, whether there may be. */
  deciding(reversed: boolean): Program {
    return this.#compile(reversed, false);
  }

  /** Finds the match and its groups. */
  exact(): Program {
    return this.#compile(false, true);
  }

  /** Throws `SyntaxError` for what cannot be run within bounds. */
  #compile(reversed: boolean, exact: boolean): Program {
    const builder = new ProgramBuilder({ ...this.#shared, reversed, exact });
    return builder.whole(this.#tree.alternatives, this.#modifiers);
  }
}

function groupsIn(node: AST.Node): AST.CapturingGroup[] {
  const inner = childrenOf(node).flatMap(groupsIn);
  return node.type === "CapturingGroup" ? [node, ...inner] : inner;
}

function holdsReference(node: AST.Node): boolean {
  return node.type === "Backreference" || childrenOf(node).some(holdsReference);
}

function mayBeEmpty(node: AST.Node): boolean {
  if (node.type === "Alternative") return node.elements.every(mayBeEmpty);
  if (node.type === "Group" || node.type === "CapturingGroup") return node.alternatives.some(mayBeEmpty);
  if (node.type === "Quantifier") return node.min === 0 || mayBeEmpty(node.element);
  return node.type === "Assertion" || node.type === "Backreference";
}

function childrenOf(node: AST.Node): readonly AST.Node[] {
  if (node.type === "Alternative") return node.elements;
  if (node.type === "Quantifier") return [node.element];
  return "alternatives" in node && node.type !== "ClassStringDisjunction" ? node.alternatives : [];
}

interface Surroundings {
  /** Their numbers. */
  readonly groups: ReadonlyMap<AST.CapturingGroup, number>;
  readonly reversed: boolean;
  /** Follows back-references and groups; otherwise only whether there is a match counts. */
  readonly exact: boolean;
  readonly looks: Look[];
  readonly lookIndex: Map<string, number>;
}

/** Builds from the end: each piece is told where to go on. */
class ProgramBuilder {
  readonly #in: Surroundings;
  readonly #instructions: Instruction[] = [];
  readonly #families = new Map<number, { family: number; copy: number }>();
  /** Groups whose own text is being built, where a reference to them stands for anything. */
  readonly #open = new Set<AST.CapturingGroup>();
  #slots: number;
  #family = 0;

  constructor(surroundings: Surroundings) {
    this.#in = surroundings;
    this.#slots = 2 * (surroundings.groups.size + 1);
  }

  whole(alternatives: readonly AST.Alternative[], modifiers: Modifiers): Program {
    const end = this.#add({ op: "match" });
    const entry = this.#alternatives(alternatives, modifiers, end);
    const { reversed, looks } = this.#in;
    const [instructions, families] = [this.#instructions, this.#families];
    return { instructions, entry, reversed, looks, slots: this.#slots, groups: this.#in.groups.size + 1, families };
  }

  #add(instruction: Instruction): number {
    if (this.#instructions.length >= MOST_INSTRUCTIONS) throw new SyntaxError("the pattern repeats too much");
    return this.#instructions.push(instruction) - 1;
  }

  #alternatives(alternatives: readonly AST.Alternative[], modifiers: Modifiers, next: number): number {
    return alternatives
      .map(({ elements }) => this.#sequence(elements, modifiers, next))
      .reduceRight((second, first) => this.#add({ op: "split", first, second }));
  }

  #sequence(elements: readonly AST.Element[], modifiers: Modifiers, next: number): number {
    const inOrder = this.#in.reversed ? elements : elements.toReversed();
    return inOrder.reduce((following, element) => this.#element(element, modifiers, following), next);
  }

  #element(element: AST.Element, modifiers: Modifiers, next: number): number {
    switch (element.type) {
      case "Character":
      case "CharacterClass":
      case "CharacterSet":
      case "ExpressionCharacterClass":
        return this.#add({ op: "byte", set: byteSet(element.raw, modifiers), next });
      case "Group":
        return this.#alternatives(element.alternatives, modified(modifiers, element.modifiers), next);
      case "CapturingGroup":
        return this.#capturing(element, modifiers, next);
      case "Quantifier":
        return this.#quantifier(element, modifiers, next);
      case "Assertion":
        return this.#assertion(element, modifiers, next);
      case "Backreference":
      default:
        return this.#reference(element, modifiers, next);
    }
  }

  #capturing(group: AST.CapturingGroup, modifiers: Modifiers, next: number): number {
    if (!this.#in.exact) return this.#alternatives(group.alternatives, modifiers, next);
    const slot = 2 * this.#number(group);
    const end = this.#add({ op: "save", slot: slot + 1, next });
    return this.#add({ op: "save", slot, next: this.#alternatives(group.alternatives, modifiers, end) });
  }

  #quantifier(quantifier: AST.Quantifier, modifiers: Modifiers, next: number): number {
    const { min, max } = quantifier;
    let entry = max === Infinity ? this.#loop(quantifier, modifiers, next) : next;
    const chain = new Map<number, number>();
    for (let copy = max === Infinity ? 0 : max - min; copy > 0; copy--) {
      const from = this.#instructions.length;
      const turn = this.#optionalTurn(quantifier, modifiers, entry);
      entry = this.#either(turn, next, quantifier.greedy);
      for (let at = from; at < this.#instructions.length; at++) this.#enroll(chain, at, at - from, copy);
    }
    for (let copy = 0; copy < min; copy++) entry = this.#turn(quantifier, modifiers, entry);
    return entry;
  }

  /** Copies are built last first; all are alike, so the same offset means the same place. */
  #enroll(chain: Map<number, number>, at: number, offset: number, copy: number): void {
    if (this.#families.has(at)) return;
    const family = chain.get(offset) ?? this.#family++;
    chain.set(offset, family);
    this.#families.set(at, { family, copy });
  }

  #either(turn: number, next: number, greedy: boolean): number {
    return this.#add({ op: "split", first: greedy ? turn : next, second: greedy ? next : turn });
  }

  #loop(quantifier: AST.Quantifier, modifiers: Modifiers, next: number): number {
    const head = this.#add({ op: "match" });
    const turn = this.#optionalTurn(quantifier, modifiers, head);
    const [first, second] = quantifier.greedy ? [turn, next] : [next, turn];
    this.#instructions[head] = { op: "split", first, second };
    return head;
  }

  /** A turn beyond the least count, which fails where it matches nothing (ECMA-262, RepeatMatcher). */
  #optionalTurn(quantifier: AST.Quantifier, modifiers: Modifiers, next: number): number {
    if (!this.#in.exact || !mayBeEmpty(quantifier.element)) return this.#turn(quantifier, modifiers, next);
    if (holdsReference(quantifier.element)) {
      const slot = this.#slots++;
      const body = this.#turn(quantifier, modifiers, this.#add({ op: "progress", slot, next }));
      return this.#add({ op: "save", slot, next: body });
    }
    return this.#advancingTurn(quantifier, modifiers, next);
  }

  /**
   * A turn twice: one copy for when nothing is matched yet, whose end is closed and whose bytes lead over to the other
   * copy. So where one stands tells whether the turn has advanced, and a failure can be remembered by its place.
   */
  #advancingTurn(quantifier: AST.Quantifier, modifiers: Modifiers, next: number): number {
    const begin = this.#instructions.length;
    this.#turn(quantifier, modifiers, next);
    const closed = this.#add({ op: "byte", set: NO_BYTES, next });
    const shift = closed + 1 - begin;
    const entry = this.#turn(quantifier, modifiers, closed);
    for (let at = closed + 1; at < this.#instructions.length; at++) {
      const instruction = this.#instructions[at];
      if (instruction?.op !== "byte") continue;
      const after = instruction.next === closed ? next : instruction.next - shift;
      // A nested turn has been led over within its own copies already.
      if (instruction.next >= closed) this.#instructions[at] = { ...instruction, next: after };
    }
    return entry;
  }

  /** One turn of a loop: the groups in it begin anew. */
  #turn({ element }: AST.Quantifier, modifiers: Modifiers, next: number): number {
    const body = this.#element(element, modifiers, next);
    const groups = this.#in.exact ? groupsIn(element).map((group) => this.#number(group)) : [];
    if (groups.length === 0) return body;
    return this.#add({ op: "forget", from: 2 * Math.min(...groups), to: 2 * Math.max(...groups) + 2, next: body });
  }

  #assertion(assertion: AST.Assertion, modifiers: Modifiers, next: number): number {
    if (assertion.kind === "lookahead" || assertion.kind === "lookbehind")
      return this.#add({ op: "look", look: this.#look(assertion, modifiers), next });
    return this.#add({ op: "edge", edge: edgeOf(assertion, modifiers), next });
  }

  #look(assertion: AST.LookaroundAssertion, modifiers: Modifiers): number {
    const { looks, lookIndex } = this.#in;
    const groups = groupsIn(assertion);
    const key = `${JSON.stringify(modifiers)} ${groups.length > 0 ? assertion.start : ""} ${assertion.raw}`;
    const former = lookIndex.get(key);
    if (former !== undefined) return former;
    const ahead = assertion.kind === "lookahead";
    const refers = holdsReference(assertion);
    if (refers && !ahead) throw new SyntaxError("a back-reference in a look-behind has no bound");
    const build = (reversed: boolean, exact: boolean): Program =>
      new ProgramBuilder({ ...this.#in, reversed, exact }).whole(assertion.alternatives, modifiers);
    const scan = refers ? undefined : build(ahead, false);
    const nested = ahead && (refers || groups.length > 0) ? build(false, true) : undefined;
    if (looks.length === MOST_LOOKS) throw new SyntaxError("the pattern has too many look-arounds");
    const index = looks.push({ ahead, negate: assertion.negate, scan, nested }) - 1;
    lookIndex.set(key, index);
    return index;
  }

  #reference({ resolved }: AST.Backreference, modifiers: Modifiers, next: number): number {
    const [group, ...others] = Array.isArray(resolved) ? resolved : [resolved];
    if (group === undefined || others.length > 0) throw new SyntaxError("a back-reference names several groups");
    if (this.#in.exact)
      return this.#add({ op: "reference", group: this.#number(group), ignoreCase: modifiers.ignoreCase, next });
    // It repeats what the group has matched, or nothing where the group has not matched.
    if (this.#open.has(group) || isModified(group)) return this.#anything(next);
    this.#open.add(group);
    const body = this.#alternatives(group.alternatives, modifiers, next);
    this.#open.delete(group);
    return this.#either(body, next, true);
  }

  #anything(next: number): number {
    const head = this.#add({ op: "match" });
    const second = this.#add({ op: "byte", set: ANYTHING, next: head });
    this.#instructions[head] = { op: "split", first: next, second };
    return head;
  }

  #number(group: AST.CapturingGroup): number {
    return this.#in.groups.get(group) ?? 0;
  }
}

const ANYTHING = new Uint8Array(256).fill(1);

/** Whether a node is or stands in a group that changes the flags, so that what it matches depends on the place. */
function isModified(node: AST.Node): boolean {
  if (node.type === "Group" && node.modifiers !== null) return true;
  return node.parent !== null && isModified(node.parent);
}

function modified(modifiers: Modifiers, change: AST.Modifiers | null): Modifiers {
  if (change === null) return modifiers;
  const { add, remove } = change;
  const flag = (name: keyof Modifiers): boolean => (modifiers[name] || add[name]) && remove?.[name] !== true;
  return { ignoreCase: flag("ignoreCase"), multiline: flag("multiline"), dotAll: flag("dotAll") };
}

function edgeOf(assertion: AST.EdgeAssertion | AST.WordBoundaryAssertion, { multiline }: Modifiers): Edge {
  if (assertion.kind === "word") return assertion.negate ? "notWord" : "word";
  if (assertion.kind === "start") return multiline ? "lineStart" : "start";
  return multiline ? "lineEnd" : "end";
}
