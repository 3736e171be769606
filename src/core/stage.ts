import type { Budget } from "./budget.ts";
import type { Exchange } from "./exchange.ts";
import type { Detection } from "./finding.ts";
import type { Part, Splice } from "./part.ts";
import type { Policy } from "./policy.ts";

/** An exchange taken apart. */
export interface Tree {
  readonly exchange: Exchange;
  /** The response's header fields: a part of format `headers` with one leaf a field, in order. */
  readonly headers: Part;
  readonly body: Part;
}

export interface InspectionContext {
  readonly policy: Policy;
  readonly budget: Budget;
}

/** Takes an exchange apart. Never throws: what it cannot read, and a budget that runs out, becomes a detection on the part concerned. */
export type Decode = (exchange: Exchange, context: InspectionContext) => Decoding | Promise<Decoding>;

/** An exchange taken apart, and what was seen while doing so. */
export interface Decoding {
  readonly tree: Tree;
  readonly detections: readonly Detection[];
}

/** One kind of inspection: reads the tree, returns what it saw, changes nothing. May throw `BudgetExceeded`. */
export interface Stage {
  readonly name: string;
  /** Whether it asks others over the network: it is then begun before the rest, which goes on while they work. */
  readonly asksOthers?: (policy: Policy) => boolean;
  inspect(tree: Tree, context: InspectionContext): readonly Detection[] | Promise<readonly Detection[]>;
}

/** What is to become of one leaf. */
export type LeafEdit = { readonly kind: "replace"; readonly value: string } | { readonly kind: "remove" };

/** What is to become of one part, decided from its findings and those of its children. */
export interface PartEdits {
  readonly leaves: ReadonlyMap<number, LeafEdit>;
  /** New bytes of children, undefined for a file inside a file that goes; a child carried by a leaf arrives as an edit of that leaf instead. */
  readonly children: ReadonlyMap<Part, Uint8Array | undefined>;
  /** Changes of the source that put notes in the place of parts that go. */
  readonly stubs: readonly Splice[];
  /** Whether the format's own disarmer must rebuild the part; leaf edits then wait for the next round. */
  readonly rebuild: boolean;
}

/**
 * Content disarm for one format: gives the part's new bytes, or undefined where it cannot be made safe.
 * Disarming the result again must give the same bytes.
 */
export type Disarm = (
  part: Part,
  edits: PartEdits,
  context: InspectionContext,
) => Uint8Array | undefined | Promise<Uint8Array | undefined>;
