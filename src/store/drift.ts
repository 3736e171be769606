import type { DatabaseSync } from "node:sqlite";
import { differencesOf, type Drift, type DriftQuery, isBreaking } from "../core/drift.ts";
import { DIFFERENCE_KINDS } from "../core/difference.ts";
import type { Incident } from "../core/incident.ts";

/** Different differences that are kept of one vendor; what is hostile may vary without end. */
const MOST = 1000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS drift (
    vendor TEXT NOT NULL,
    route TEXT NOT NULL,
    kind TEXT NOT NULL,
    path TEXT NOT NULL,
    schema TEXT NOT NULL,
    message TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    count INTEGER NOT NULL,
    example TEXT NOT NULL,
    PRIMARY KEY (vendor, route, kind, path, schema, message)
  ) STRICT, WITHOUT ROWID;
`;
const KEY = "vendor, route, kind, path, schema, message";

const COUNT = `
  UPDATE drift SET count = count + 1, first = min(first, ?7), last = max(last, ?7)
  WHERE (${KEY}) = (?1, ?2, ?3, ?4, ?5, ?6)
`;
const ADD = `
  INSERT INTO drift (${KEY}, first, last, count, example)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 1, ?8 WHERE (SELECT count(*) FROM drift WHERE vendor = ?1) < ${MOST}
`;

/** How responses differ from what is declared of them, counted in a table of the store's database. */
export class DriftTable {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(SCHEMA);
  }

  /** Counts the differences of an incident; to be called once for each, in the transaction that stores it. */
  add(incident: Incident): void {
    const differences = differencesOf(incident);
    if (differences.length === 0) return;
    const count = this.#database.prepare(COUNT);
    const add = this.#database.prepare(ADD);
    for (const { vendor, route, kind, path, schema, message, example } of differences) {
      const { changes } = count.run(vendor, route, kind, path, schema, message, incident.at);
      if (Number(changes) === 0) add.run(vendor, route, kind, path, schema, message, incident.at, example);
    }
  }

  /** One page, in the order of the key. Throws `RangeError` for a cursor that it did not give. */
  list({ limit, cursor, vendor, since }: DriftQuery): { readonly drift: readonly Drift[]; readonly next?: string } {
    const after = cursor === undefined ? ["", "", "", "", "", ""] : readCursor(cursor);
    const rows = this.#database
      .prepare(
        `SELECT ${KEY}, first, last, count, example FROM drift
         WHERE (${KEY}) > (?, ?, ?, ?, ?, ?) AND (?7 IS NULL OR vendor = ?7) AND last >= ?8
         ORDER BY ${KEY} LIMIT ?9`,
      )
      .all(...after, vendor ?? null, since ?? 0, limit + 1);
    const drift = rows.slice(0, limit).map(driftOf);
    const last = drift.at(-1);
    return rows.length > limit && last !== undefined ? { drift, next: cursorOf(last) } : { drift };
  }

  /** Forgets what was last seen before a time, in milliseconds since the epoch. */
  forget(before: number): void {
    this.#database.prepare("DELETE FROM drift WHERE last < ?").run(before);
  }
}

function driftOf(row: Readonly<Record<string, unknown>>): Drift {
  const text = (name: string): string => String(row[name]);
  const kind = DIFFERENCE_KINDS.find((one) => one === row["kind"]) ?? "other";
  return {
    vendor: text("vendor"),
    route: text("route"),
    kind,
    path: text("path"),
    schema: text("schema"),
    message: text("message"),
    breaking: isBreaking(kind),
    count: Number(row["count"]),
    first: Number(row["first"]),
    last: Number(row["last"]),
    example: text("example"),
  };
}

function cursorOf({ vendor, route, kind, path, schema, message }: Drift): string {
  return Buffer.from(JSON.stringify([vendor, route, kind, path, schema, message])).toString("base64url");
}

function readCursor(cursor: string): readonly string[] {
  const refusal = new RangeError("this cursor was not given by this list");
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (Array.isArray(key) && key.length === 6 && key.every((one) => typeof one === "string")) return key;
  } catch {
    throw refusal;
  }
  throw refusal;
}
