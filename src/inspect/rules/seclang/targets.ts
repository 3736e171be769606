/** Which members of a collection are meant: all, one by name, or those whose name a pattern matches. */
export type Selector =
  | { readonly kind: "all" }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "pattern"; readonly pattern: RegExp };

/** A variable that a rule looks at: `ARGS`, `&TX:x`, `!ARGS:/^json\.note/`. */
export interface Target {
  /** In upper case. */
  readonly collection: string;
  readonly selector: Selector;
  /** `&`: how many there are, not what they are. */
  readonly count: boolean;
  /** `!`: taken out of what the other targets give. */
  readonly excluded: boolean;
}

/** The targets of a rule. Throws `SyntaxError` for what is none. */
export function parseTargets(text: string): Target[] {
  const targets: Target[] = [];
  const pattern =
    /\s*([!&]?)\s*([A-Za-z_]+)(?::('(?:[^'\\]|\\.)*'|(?<!XML:)\/(?:[^/\\]|\\.)*\/|[^|,]*))?\s*(?:[|,]|$)/y;
  const end = text.trimEnd().length;
  while (pattern.lastIndex < end) {
    const at = pattern.lastIndex;
    const found = pattern.exec(text);
    if (found === null) throw new SyntaxError(`the variables cannot be read from here: ${text.slice(at, at + 40)}`);
    const [, mark, name = "", selector] = found;
    targets.push({
      collection: name.toUpperCase(),
      selector: parseSelector(selector),
      count: mark === "&",
      excluded: mark === "!",
    });
  }
  if (targets.length === 0) throw new SyntaxError("there are no variables");
  return targets;
}

function parseSelector(text: string | undefined): Selector {
  if (text === undefined || text === "") return { kind: "all" };
  const bare = /^'(.*)'$/s.exec(text)?.[1] ?? text;
  const pattern = /^\/(.*)\/$/s.exec(bare)?.[1];
  if (pattern !== undefined) return { kind: "pattern", pattern: new RegExp(pattern.replaceAll("\\/", "/"), "is") };
  return { kind: "name", name: bare.toLowerCase() };
}

/** Whether a selector means the member of this name. Names are compared without case. */
export function selects(selector: Selector, name: string): boolean {
  if (selector.kind === "all") return true;
  return selector.kind === "name" ? selector.name === name.toLowerCase() : selector.pattern.test(name);
}
