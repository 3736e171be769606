import { type Budget, BudgetExceeded } from "../core/budget.ts";
import type { Disarmed, Member, Refusal, Removal, Replaced } from "../core/disarmed.ts";
import type { DisarmOptions, FileKind } from "../core/disarm-policy.ts";

/**
 * Content disarm and reconstruction for one format of files. One file a format, one line in the registry. Its functions
 * depend on their arguments alone, so that they run in any thread; they may throw `BudgetExceeded`, and `RefusedFile`
 * for what they would answer with a refusal. Whatever else they throw is a refusal of a damaged file.
 */
export interface Disarmer {
  /** `zip`, `png`, `ooxml`: ends the rule of its findings. */
  readonly name: string;
  /** Key of `policy.disarm` that decides about it. */
  readonly key: FileKind;
  /** Media types that it takes, as the signature table (`decode/sniff.ts`) or, for formats without one, the sender says. */
  readonly mediaTypes: readonly string[];
  /** Media type of what it takes, where that says more than what it was known by. */
  readonly mediaType?: string;
  /** Whether it takes content of one of its media types that others may claim too: of all ZIP files, those with Office's parts. */
  readonly takes?: (bytes: Uint8Array) => boolean;
  /**
   * The files inside that are inspected as parts of their own, in the order that `replaced` counts them. Absent where there are
   * none. Counts decompressed bytes in the budget.
   */
  readonly members?: (
    bytes: Uint8Array,
    budget: Budget,
    options: DisarmOptions,
  ) => readonly Member[] | Promise<readonly Member[]>;
  /**
   * Rebuilds a file from what is known to be inert. `clean` where nothing had to go and nothing is replaced. Disarming the
   * result again under the same options must be `clean`.
   */
  readonly disarm: (
    bytes: Uint8Array,
    replaced: Replaced,
    budget: Budget,
    options: DisarmOptions,
  ) => Disarmed | Promise<Disarmed>;
}

/** Thrown inside a disarmer where a file cannot be rebuilt. */
export class RefusedFile extends Error {
  readonly refusal: Refusal;

  constructor(category: Refusal["category"], cause: string, reason: string) {
    super(reason);
    this.name = "RefusedFile";
    this.refusal = { kind: "refused", category, cause, reason };
  }
}

/** The refusal of a file whose content only a password opens; `policy.disarm.encrypted` decides about it. */
export function encrypted(what: string): RefusedFile {
  return new RefusedFile("unscannable", "encrypted", `${what} is encrypted`);
}

/** The refusal of a file that two programs could read in two ways, or none at all. */
export function damaged(reason: string): RefusedFile {
  return new RefusedFile("malformed", "damaged", reason);
}

/** The refusal of a file in a form that is not read. */
export function unsupported(reason: string): RefusedFile {
  return new RefusedFile("unscannable", "unsupported", reason);
}

/** What a parser throws at hostile content is damage, whatever class it has. Throws `BudgetExceeded` on. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof BudgetExceeded) throw error;
  if (error instanceof RefusedFile) return error.refusal;
  return damaged(error instanceof Error ? error.message : String(error)).refusal;
}

/** Counts what a disarmer takes out, by noun. */
export class Removals {
  readonly #counts = new Map<string, Removal>();

  /** `many` where adding an s does not make the plural. */
  add(one: string, count = 1, many = `${one}s`): void {
    if (count > 0) this.#counts.set(one, { one, many, count: (this.#counts.get(one)?.count ?? 0) + count });
  }

  get isEmpty(): boolean {
    return this.#counts.size === 0;
  }

  list(): readonly Removal[] {
    return [...this.#counts.values()];
  }
}
