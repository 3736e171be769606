import type { PathSegment } from "../core/part.ts";
import type { PathMatcher } from "../core/policy.ts";

/** One step of a path expression. */
type Step =
  | { readonly kind: "child"; readonly name: PathSegment }
  | { readonly kind: "any" }
  /** Any number of steps, then the rest. */
  | { readonly kind: "descend" };

const STEP =
  /\.\.|\.([A-Za-z_\u0080-\uffff][\w\u0080-\uffff-]*|\*)|\[(?:(\d+)|(\*)|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\]/y;
const NAME = /([A-Za-z_\u0080-\uffff][\w\u0080-\uffff-]*|\*)|(?=\[)/y;

/**
 * A matcher for the part of JSONPath (RFC 9535) that selects by place: `$`, `.name`, `['name']`, `[0]`, `[*]`, `.*`, `..name`.
 * Throws `SyntaxError` with the column for anything else.
 */
export function compileJsonPath(path: string): PathMatcher {
  const steps = parse(path);
  return (segments) => matches(steps, 0, segments, 0);
}

function parse(path: string): Step[] {
  if (!path.startsWith("$")) throw new SyntaxError(`"${path}" is not a JSONPath: it must begin with $`);
  const steps: Step[] = [];
  let at = 1;
  while (at < path.length) {
    STEP.lastIndex = at;
    const found = STEP.exec(path);
    if (found === null)
      throw new SyntaxError(`"${path}" is not a JSONPath that selects by place: column ${at + 1} is not understood`);
    at = STEP.lastIndex;
    if (found[0] !== "..") {
      steps.push(stepOf(found));
      continue;
    }
    NAME.lastIndex = at;
    const name = NAME.exec(path);
    if (name === null) throw new SyntaxError(`"${path}" is not a JSONPath: a name is missing at column ${at + 1}`);
    steps.push({ kind: "descend" });
    if (name[1] !== undefined) steps.push(name[1] === "*" ? { kind: "any" } : { kind: "child", name: name[1] });
    at = NAME.lastIndex;
  }
  return steps;
}

function stepOf([, dotted, index, star, single, double]: RegExpExecArray): Step {
  if (dotted === "*" || star !== undefined) return { kind: "any" };
  if (index !== undefined) return { kind: "child", name: Number(index) };
  return { kind: "child", name: dotted ?? (single ?? double ?? "").replaceAll(/\\(.)/g, "$1") };
}

function matches(steps: readonly Step[], step: number, segments: readonly PathSegment[], at: number): boolean {
  const wanted = steps[step];
  if (wanted === undefined) return at === segments.length;
  if (wanted.kind === "descend") {
    for (let from = at; from < segments.length; from++) if (matches(steps, step + 1, segments, from)) return true;
    return false;
  }
  if (at >= segments.length) return false;
  if (wanted.kind === "child" && wanted.name !== segments[at]) return false;
  return matches(steps, step + 1, segments, at + 1);
}
