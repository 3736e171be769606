/** Branches of one segment of a path. */
interface Node<Value> {
  readonly literals: Map<string, Node<Value>>;
  /** Segments with parameters, the special before the general. */
  readonly templates: { readonly template: SegmentTemplate; readonly node: Node<Value> }[];
  /** What follows a parameter that spans any number of segments. */
  rest: Node<Value> | undefined;
  readonly methods: Map<string, Value>;
}

/**
 * Finds what is declared for a method and a path. A segment that is fixed goes before one with parameters, from the left;
 * a parameter stands for one segment, not empty, or a part of one; `{+path}` for one or more. Segments are compared percent-decoded (RFC 3986, section
 * 6.2.2.2), a slash at the end does not count.
 */
export class PathTree<Value> {
  readonly #root: Node<Value> = emptyNode();

  /** Adds a path such as `/items/{id}`; gives what is there already under an equivalent one, and leaves that in force. */
  add(method: string, path: string, value: Value): Value | undefined {
    let node = this.#root;
    for (const segment of segmentsOf(path))
      node = /^\{\+[^}]*\}$/.test(segment)
        ? (node.rest ??= emptyNode())
        : segment.includes("{")
          ? templateBranch(node, segment)
          : literalBranch(node, segment);
    const present = node.methods.get(method);
    if (present === undefined) node.methods.set(method, value);
    return present;
  }

  /** `path` as it stands in a URL, without query. */
  find(method: string, path: string): Value | undefined {
    return search(this.#root, segmentsOf(path), 0, method);
  }
}

function search<Value>(
  node: Node<Value>,
  segments: readonly string[],
  index: number,
  method: string,
): Value | undefined {
  const segment = segments[index];
  if (segment === undefined) return node.methods.get(method);
  const literal = node.literals.get(segment);
  const found = literal && search(literal, segments, index + 1, method);
  if (found !== undefined) return found;
  for (const branch of node.templates) {
    const below = branch.template.matches(segment) ? search(branch.node, segments, index + 1, method) : undefined;
    if (below !== undefined) return below;
  }
  for (let next = index + 1; node.rest !== undefined && next <= segments.length; next++) {
    const below = search(node.rest, segments, next, method);
    if (below !== undefined) return below;
  }
  return undefined;
}

/** A segment such as `{id}`, `{base}...{head}` or `{name}.json`. */
class SegmentTemplate {
  readonly key: string;
  readonly weight: number;
  readonly #first: string;
  readonly #between: readonly string[];
  readonly #last: string;

  constructor(segment: string) {
    const [first = "", ...others] = segment.split(/\{[^}]*\}/);
    this.#first = first;
    this.#last = others.at(-1) ?? "";
    this.#between = others.slice(0, -1);
    this.key = [first, ...others].join("{}");
    this.weight = first.length + others.join("").length;
  }

  /** Each parameter takes as little as it can, at least a character: in one pass. */
  matches(segment: string): boolean {
    if (!segment.startsWith(this.#first) || !segment.endsWith(this.#last)) return false;
    const end = segment.length - this.#last.length;
    let at = this.#first.length;
    for (const literal of this.#between) {
      const found = segment.indexOf(literal, at + 1);
      if (found === -1) return false;
      at = found + literal.length;
    }
    return end > at;
  }
}

function emptyNode<Value>(): Node<Value> {
  return { literals: new Map(), templates: [], rest: undefined, methods: new Map() };
}

function literalBranch<Value>(node: Node<Value>, segment: string): Node<Value> {
  const branch = node.literals.get(segment) ?? emptyNode<Value>();
  node.literals.set(segment, branch);
  return branch;
}

function templateBranch<Value>(node: Node<Value>, segment: string): Node<Value> {
  const template = new SegmentTemplate(segment);
  const present = node.templates.find((branch) => branch.template.key === template.key);
  if (present !== undefined) return present.node;
  const branch = { template, node: emptyNode<Value>() };
  node.templates.push(branch);
  node.templates.sort((a, b) => b.template.weight - a.template.weight || (a.template.key < b.template.key ? -1 : 1));
  return branch.node;
}

function segmentsOf(path: string): readonly string[] {
  return path
    .replace(/^\/|\/$/g, "")
    .split("/")
    .map(decoded);
}

function decoded(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
