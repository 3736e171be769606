import type { Part } from "../../core/part.ts";
import type { Captures } from "./operators/operator.ts";
import type { Assignment, Link } from "./rule.ts";
import { selects, type Target } from "./seclang/targets.ts";
import { expandTemplate, type MacroName, type Template } from "./seclang/template.ts";

/** A member of a collection: `REQUEST_HEADERS:Host` and its value, a byte string. */
export interface Member {
  readonly name: string;
  readonly value: string;
  /** The leaf that it is, where it is one. */
  readonly at?: { readonly part: Part; readonly leaf: number };
}

/** Gives the members of a collection that is not kept by the rules themselves. */
export type Collections = (collection: string) => readonly Member[];

/** What has matched last: `MATCHED_VAR` and its kin. */
interface Matched {
  readonly collection: string;
  readonly name: string;
  readonly value: string;
}

/** The groups that `capture` fills. */
const MOST_CAPTURES = 10;

/** The variables that a rule can see and set: `TX`, what matched last, and the collections around. */
export class Scope {
  readonly #base: ReadonlyMap<string, string>;
  readonly #set = new Map<string, string | undefined>();
  readonly #collections: Collections;
  /** Names of `TX` that no rule may set: those that configuration has settled. */
  readonly #locked: ReadonlySet<string>;
  #matched: Matched[] = [];

  constructor(base: ReadonlyMap<string, string>, collections: Collections, locked: ReadonlySet<string> = new Set()) {
    this.#base = base;
    this.#collections = collections;
    this.#locked = locked;
  }

  /** `TX` as it is now. */
  variables(): Map<string, string> {
    const variables = new Map(this.#base);
    for (const [name, value] of this.#set)
      if (value === undefined) variables.delete(name);
      else variables.set(name, value);
    return variables;
  }

  /** What a link's targets give: counts, and members less those taken out. */
  members(targets: readonly Target[]): (Member & { readonly collection: string })[] {
    const excluded = targets.filter((target) => target.excluded);
    return targets.flatMap(({ collection, selector, count, excluded: out }) => {
      if (out) return [];
      const members = this.#collection(collection).filter(
        ({ name }) =>
          selects(selector, name) &&
          !excluded.some((other) => other.collection === collection && selects(other.selector, name)),
      );
      if (count) return [{ collection, name: collection, value: String(members.length) }];
      return members.map((member) => ({ ...member, collection }));
    });
  }

  /** Begins a link that looks at what the one before has matched. */
  matched(members: readonly Matched[]): void {
    this.#matched = [...members];
  }

  capture(captures: Captures): void {
    for (let i = 0; i < MOST_CAPTURES; i++) this.#set.set(String(i), captures[i]);
  }

  assign({ name: template, change, value: text }: Assignment): void {
    const name = this.expand(template).toLowerCase();
    if (this.#locked.has(name)) return;
    const value = this.expand(text);
    if (change === "remove") this.#set.set(name, undefined);
    else if (change === "set") this.#set.set(name, value);
    else {
      const sign = change === "add" ? 1 : -1;
      this.#set.set(name, String(integer(this.#variable(name)) + sign * integer(value)));
    }
  }

  expand(template: Template): string {
    return expandTemplate(template, (name) => this.#macro(name));
  }

  /** What this link's operator is, its macros expanded. */
  operatorOf({ operator }: Link): ReturnType<Link["operator"]["make"]> {
    return operator.constant ?? operator.make(this.expand(operator.argument));
  }

  #variable(name: string): string | undefined {
    return this.#set.has(name) ? this.#set.get(name) : this.#base.get(name);
  }

  #macro({ collection, key }: MacroName): string | undefined {
    if (collection === "TX") return this.#variable(key ?? "");
    const last = this.#matched.at(-1);
    if (collection === "MATCHED_VAR") return last?.value;
    if (collection === "MATCHED_VAR_NAME") return last && fullName(last);
    const members = this.#collections(collection);
    return (key === undefined ? members[0] : members.find(({ name }) => name.toLowerCase() === key))?.value;
  }

  #collection(collection: string): readonly Member[] {
    switch (collection) {
      case "SECACTION":
        return [{ name: "", value: "" }];
      case "TX":
        return Array.from(this.variables(), ([name, value]) => ({ name, value }));
      case "MATCHED_VAR":
        return this.#matched.slice(-1).map((last) => ({ name: fullName(last), value: last.value }));
      case "MATCHED_VARS":
        return this.#matched.map((one) => ({ name: fullName(one), value: one.value }));
      case "MATCHED_VAR_NAME":
        return this.#matched.slice(-1).map((last) => ({ name: "", value: fullName(last) }));
      case "MATCHED_VARS_NAMES":
        return this.#matched.map((one) => ({ name: "", value: fullName(one) }));
      default:
        return this.#collections(collection);
    }
  }
}

function fullName({ collection, name }: Matched): string {
  return name === "" || name === collection ? collection : `${collection}:${name}`;
}

/** A number as ModSecurity reads it: what is none is 0. */
function integer(text: string | undefined): number {
  return Number.parseInt(text ?? "", 10) || 0;
}
