import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Node,
  parseAllDocuments,
  type Scalar,
} from "yaml";
import { normalizedPath } from "../core/normalized-path.ts";
import type { PathSegment } from "../core/part.ts";
import { ByteOffsets } from "./byte-offsets.ts";
import type { Decoded, FormatContext, FormatDecoder, Problem } from "./format.ts";
import { type LeafEntry, leafList } from "./leaf-list.ts";

/** YAML 1.2 with the core schema: nothing is constructed, aliases are not followed. */
export const yamlDecoder: FormatDecoder = {
  name: "yaml",
  mediaTypes: ["application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "text/vnd.yaml", "+yaml"],
  decode: decodeYaml,
};

const CORE_TAG = /^tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq|binary|timestamp|set|omap|pairs|merge)$/;

function decodeYaml(source: Uint8Array, context: FormatContext): Decoded {
  const text = Buffer.from(source.buffer, source.byteOffset, source.byteLength).toString("utf8");
  try {
    const documents = parseAllDocuments(text, {
      schema: "core",
      uniqueKeys: true,
      resolveKnownTags: false,
      logLevel: "silent",
    });
    const reader = new YamlReader(text, context);
    const list = "empty" in documents ? [] : documents;
    list.forEach((document, i) => reader.read(document, list.length > 1 ? [i] : []));
    context.budget.takeLeaves(reader.entries.length);
    return { leaves: leafList(reader.entries), problems: reader.problems, embedded: [] };
  } catch (error) {
    // The parser recurses: nesting beyond the stack is nesting beyond the limit.
    if (!(error instanceof RangeError)) throw error;
    const problem = limit("nests deeper than can be read");
    return { leaves: leafList([]), problems: [problem], embedded: [] };
  }
}

class YamlReader {
  readonly entries: LeafEntry[] = [];
  readonly problems: Problem[] = [];
  readonly #text: string;
  readonly #context: FormatContext;
  readonly #offsets: ByteOffsets;

  constructor(text: string, context: FormatContext) {
    this.#text = text;
    this.#context = context;
    this.#offsets = new ByteOffsets(text);
  }

  read(document: Document, segments: readonly PathSegment[]): void {
    const [error] = document.errors;
    if (error !== undefined) this.problems.push(malformed(error.message.split("\n")[0] ?? error.message, error.code));
    const { budget, policy } = this.#context;
    if (expandedSize(document) > policy.limits.leaves)
      this.problems.push(limit("its aliases unfold to more values than limits.leaves allows"));
    const pending: { readonly node: unknown; readonly segments: readonly PathSegment[]; readonly depth: number }[] = [
      { node: document.contents, segments, depth: 1 },
    ];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (this.entries.length % 256 === 0) budget.checkTime();
      const { node, depth } = next;
      budget.checkDepth(depth);
      if (isNode(node) && !isAlias(node)) this.#tag(node, next.segments);
      if (isScalar(node)) this.#scalar(node, "string", next.segments);
      else if (isMap(node))
        pending.push(
          ...node.items
            .map(({ key, value }) => {
              const path = [...next.segments, isScalar(key) ? String(key.value) : "?"];
              if (isScalar(key)) this.#scalar(key, "key", path);
              else pending.push({ node: key, segments: path, depth: depth + 1 });
              return { node: value, segments: path, depth: depth + 1 };
            })
            .toReversed(),
        );
      else if (isSeq(node))
        pending.push(
          ...node.items
            .map((item, i) => ({
              node: isPair(item) ? item.value : item,
              segments: [...next.segments, i],
              depth: depth + 1,
            }))
            .toReversed(),
        );
    }
  }

  #scalar(scalar: Scalar, kind: "string" | "key", segments: readonly PathSegment[]): void {
    const [start, end] = scalar.range ?? [0, 0];
    if (end <= start) return;
    const { value } = scalar;
    const isText = typeof value === "string";
    const isBlock = scalar.type === "BLOCK_LITERAL" || scalar.type === "BLOCK_FOLDED";
    this.entries.push({
      kind: kind === "key" ? "key" : isText ? "string" : typeof value === "number" ? "number" : "literal",
      value: isText ? value : this.#text.slice(start, end),
      span: this.#offsets.span(start, end),
      segments,
      path: () => normalizedPath(segments),
      encode: (text) => `${JSON.stringify(text)}${isBlock ? "\n" : ""}`,
    });
  }

  /** A tag beyond the core schema asks the reader to build an object of its language. */
  #tag(node: Exclude<Node, Alias>, segments: readonly PathSegment[]): void {
    const { tag } = node;
    if (tag === undefined || CORE_TAG.test(tag)) return;
    this.problems.push({
      category: "deserialization",
      rule: "lazaret/yaml/tag",
      severity: /python|ruby|java|php|perl|object|new|apply/i.test(tag) ? "critical" : "medium",
      message: "a YAML tag beyond the core schema, which makes readers build objects",
      evidence: tag,
      path: normalizedPath(segments),
      byDefault: "block",
      remedy: { kind: "none" },
    });
  }
}

/** How many values a reader ends up with that follows aliases; infinite where they form a cycle. */
function expandedSize(document: Document): number {
  const sizes = new Map<Node, number>();
  const sizeOf = (node: unknown): number => {
    if (isAlias(node)) {
      const target = node.resolve(document);
      return target === undefined ? 1 : sizeOf(target);
    }
    if (!isCollection(node)) return 1;
    const known = sizes.get(node);
    if (known !== undefined) return known;
    sizes.set(node, Number.POSITIVE_INFINITY);
    let size = 1;
    for (const item of node.items) size += isPair(item) ? sizeOf(item.key) + sizeOf(item.value) : sizeOf(item);
    sizes.set(node, size);
    return size;
  };
  return sizeOf(document.contents);
}

function malformed(message: string, code: string): Problem {
  return {
    category: "malformed",
    rule: "lazaret/malformed/yaml",
    severity: "medium",
    message: `YAML: ${message}`,
    evidence: code,
    remedy: { kind: "none" },
  };
}

function limit(what: string): Problem {
  return {
    category: "limits",
    rule: "lazaret/limits/yaml",
    severity: "high",
    message: `the YAML document ${what}`,
    evidence: "",
    remedy: { kind: "none" },
  };
}
