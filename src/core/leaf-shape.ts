import type { PathSegment } from "./part.ts";

/** What is declared of a value: `structured` is for programs, an id, a date, a state, and no place for sentences. */
export type LeafShape = "structured";

/** What is declared of the values at a path of a body; undefined where nothing is. */
export type ShapeOf = (path: readonly PathSegment[]) => LeafShape | undefined;
