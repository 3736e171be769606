/**
 * How well learned schemas tell what a vendor sends from what it does not: learned on half of the responses of each route, checked
 * on the other half and on mutations of it. `--list ROUTE` shows what was rejected and what was not noticed, without writing.
 */
import { Learner } from "../src/learn/learner.ts";
import { writeDocument } from "../src/learn/document.ts";
import { learnedSchema, learnedValidator } from "../test/support/learned-validator.ts";
import { MADE_UP, madeUp } from "./learn/made-up.ts";
import { habitsOf, mutated, MUTATIONS } from "./learn/mutations.ts";
import { randomFrom } from "./learn/random.ts";
import { type RecordedRoute, recordedRoutes } from "./learn/recorded.ts";
import { writeSection } from "./results.ts";

/** Responses that a route is learned from at most, and mutations of each kind that are tried on it. */
const SAMPLES = 200;
const TRIES = 100;
const [option, listed] = process.argv.slice(2);

interface Outcome {
  readonly name: string;
  readonly learned: number;
  readonly checked: number;
  readonly rejected: number;
  readonly tried: Map<string, number>;
  readonly noticed: Map<string, number>;
}

function measure({ name, bodies }: RecordedRoute): Outcome {
  const random = randomFrom(7);
  // Every other one, so that both halves are of the same time.
  const learner = new Learner("bench");
  const even = bodies.filter((_, i) => i % 2 === 0);
  const half = spread(even, SAMPLES);
  for (const value of half)
    learner.add({ method: "GET", url: "/route", status: 200, mediaType: "application/json", json: { value } });
  const differences = learnedValidator(learnedSchema(writeDocument(learner.learned()), { path: "/route" }));
  const others = bodies.filter((_, i) => i % 2 === 1);
  const show = option === "--list" && (listed === undefined || name.includes(listed));
  const sound = others.filter((body) => {
    const [difference] = differences(body);
    if (difference !== undefined && show)
      console.log(name, "rejected", difference.instancePath, difference.message, JSON.stringify(difference.params));
    return difference === undefined;
  });
  const habits = habitsOf(bodies);
  const tried = new Map<string, number>();
  const noticed = new Map<string, number>();
  for (const kind of Object.keys(MUTATIONS))
    for (let i = 0; i < TRIES && sound.length > 0; i++) {
      const original = sound[i % sound.length];
      const body = mutated(original, kind, habits, random);
      if (body === undefined) continue;
      count(tried, kind);
      if (differences(body).length > 0) count(noticed, kind);
      else if (show) console.log(name, "not noticed", kind, changeOf(original, body));
    }
  return { name, learned: half.length, checked: others.length, rejected: others.length - sound.length, tried, noticed };
}

/** So many of them, evenly chosen. */
function spread<T>(from: readonly T[], most: number): T[] {
  const step = Math.max(1, from.length / most);
  return from.filter((_, i) => Math.floor(i / step) > Math.floor((i - 1) / step)).slice(0, most);
}

function changeOf(before: unknown, after: unknown): string {
  const [a, b] = [JSON.stringify(before), JSON.stringify(after)];
  const at = [...a].findIndex((character, i) => b[i] !== character);
  return b.slice(Math.max(0, at - 40), at + 60);
}

function count(counts: Map<string, number>, kind: string, by = 1): void {
  counts.set(kind, (counts.get(kind) ?? 0) + by);
}

function percent(part: number, all: number): string {
  return all === 0 ? "–" : ((100 * part) / all).toFixed(1);
}

/** The sum of routes, as one. */
function total(name: string, outcomes: readonly Outcome[]): Outcome {
  const sum = (of: (outcome: Outcome) => number): number => outcomes.reduce((all, outcome) => all + of(outcome), 0);
  const added = (of: (outcome: Outcome) => ReadonlyMap<string, number>): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const outcome of outcomes) for (const [kind, by] of of(outcome)) count(counts, kind, by);
    return counts;
  };
  return {
    name,
    learned: sum(({ learned }) => learned),
    checked: sum(({ checked }) => checked),
    rejected: sum(({ rejected }) => rejected),
    tried: added(({ tried }) => tried),
    noticed: added(({ noticed }) => noticed),
  };
}

function row({ name, learned, checked, rejected, tried, noticed }: Outcome): string {
  const all = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((a, b) => a + b, 0);
  const kinds = Object.keys(MUTATIONS).map((kind) => percent(noticed.get(kind) ?? 0, tried.get(kind) ?? 0));
  const cells = [name, learned, checked, percent(rejected, checked), percent(all(noticed), all(tried)), ...kinds];
  return `| ${cells.join(" | ")} |`;
}

const generated = Object.keys(MADE_UP).map((name, i) => measure({ name, bodies: madeUp(name, 2 * 1000, 100 + i) }));
const recorded = recordedRoutes().map(measure);
// One source is no API: data of a documentation, in which each tree is another.
const trees = recorded.filter(({ name }) => name.startsWith("mdn "));
const full = recorded.filter((outcome) => !trees.includes(outcome) && outcome.learned >= SAMPLES);
const few = recorded.filter((outcome) => !trees.includes(outcome) && outcome.learned < SAMPLES);
const columns = ["route", "learned", "checked", "rejected", "noticed", ...Object.keys(MUTATIONS)];
const report = [
  `\`npm run learn:accuracy\`, Node ${process.versions.node}. Learned on every other response of a route, at most ${SAMPLES}; checked on the`,
  `others. Per cent: of those rejected, and of mutations that were noticed (up to ${TRIES} of each of ten kinds, one value of one body`,
  "changed; where a kind applies nowhere, –). Judged by ajv on the schemas of the document as it is written.",
  "",
  "Two sources. Made up: ten routes of `bench/learn/made-up.ts`. Recorded: the development corpus names no URLs and has few",
  "responses of one endpoint, so the things inside its bodies (trades, stops, commits) stand for routes, by vendor and member;",
  "such groups mix what different endpoints and times gave, which is harder than one route.",
  "",
  `| ${columns.join(" | ")} |`,
  `|${" --- |".repeat(columns.length)}`,
  ...generated.map(row),
  row(total("**made up, all**", generated)),
  ...full.map(row),
  row(total("**recorded, 200 samples**", full)),
  ...few.map(row),
  row(total("**recorded, fewer**", few)),
  ...trees.map(row),
  row(total("**data of a documentation, no API**", trees)),
].join("\n");
console.log(report);
if (option === undefined) writeSection("Learned schemas", report);
