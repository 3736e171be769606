import { randomUUID } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Drift, DriftQuery, DriftStore } from "../core/drift.ts";
import type { Exchange } from "../core/exchange.ts";
import type { Incident, IncidentQuery, IncidentStore, QuarantineEntry } from "../core/incident.ts";
import type { Verdict } from "../core/verdict.ts";
import { DriftTable } from "./drift.ts";
import { identityOf, incidentOf } from "./incident-record.ts";
import { BlobFolder, quarantineKey } from "./quarantine.ts";
import { makeFolder } from "./make-folder.ts";

export interface EmbeddedStoreOptions {
  /** Folder of the state; made where it is not there. */
  readonly folder: string;
  /** Encrypts quarantined bytes; undefined leaves them plain. */
  readonly key: string | undefined;
  /** Milliseconds for which incidents are kept. */
  readonly age: number;
  /** Bytes of originals from which the oldest are deleted. */
  readonly size: number;
  readonly now: () => number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS incidents (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    vendor TEXT,
    verdict TEXT NOT NULL,
    quarantine TEXT,
    bytes INTEGER NOT NULL DEFAULT 0,
    record TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS incidents_by_time ON incidents (at DESC, id DESC);
  CREATE INDEX IF NOT EXISTS incidents_quarantined ON incidents (at) WHERE quarantine IN ('held', 'released');
`;

/** Milliseconds between two runs of retention. */
const SWEEP = 60_000;

interface Pending {
  readonly incident: Incident;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** Incidents and drift in one SQLite file and quarantined bytes in a folder beside it. */
export class EmbeddedStore implements IncidentStore, DriftStore {
  readonly #database: DatabaseSync;
  readonly #drift: DriftTable;
  readonly #blobs: BlobFolder;
  readonly #options: EmbeddedStoreOptions;
  readonly #timer: NodeJS.Timeout;
  #pending: Pending[] = [];

  /** Throws where the folder cannot be written or the file is no database. */
  constructor(options: EmbeddedStoreOptions) {
    this.#options = options;
    makeFolder(options.folder);
    const file = join(options.folder, "lazaret.sqlite");
    // SQLite gives its journals the mode of the database, so that all of them are 0600.
    closeSync(openSync(file, "a", 0o600));
    this.#database = new DatabaseSync(file, { timeout: 5000 });
    // A killed process loses nothing that was committed; a power cut may lose the last moments, and corrupts nothing.
    this.#database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
    this.#database.exec(SCHEMA);
    this.#drift = new DriftTable(this.#database);
    this.#blobs = new BlobFolder(
      join(options.folder, "quarantine"),
      options.key === undefined ? undefined : quarantineKey(options.key),
    );
    this.#timer = setInterval(() => void this.sweep().catch(() => {}), SWEEP).unref();
  }

  async record(exchange: Exchange, verdict: Verdict, door: string): Promise<string> {
    const id = verdict.incident ?? randomUUID();
    const incident = incidentOf(id, this.#options.now(), exchange, verdict, door);
    // Bytes first: an incident never names what is not there.
    if (incident.quarantine !== undefined) await this.#blobs.write(id, exchange.body);
    await new Promise<void>((done, failed) => {
      if (this.#pending.push({ incident, done, failed }) === 1) setImmediate(() => this.#commit());
    });
    return id;
  }

  /** One transaction for all that came in since the last one. */
  #commit(): void {
    const pending = this.#pending;
    this.#pending = [];
    try {
      const insert = this.#database.prepare(
        "INSERT OR IGNORE INTO incidents (id, at, vendor, verdict, quarantine, bytes, record) VALUES (?, ?, ?, ?, ?, ?, ?)",
      );
      this.#database.exec("BEGIN IMMEDIATE");
      try {
        for (const { incident } of pending) {
          const { id, at, vendor = null, verdict, quarantine } = incident;
          const state = quarantine?.state ?? null;
          const bytes = quarantine?.bytes ?? 0;
          const { changes } = insert.run(id, at, vendor, verdict, state, bytes, JSON.stringify(incident));
          // An incident that is recorded again counts once.
          if (Number(changes) > 0) this.#drift.add(incident);
        }
        this.#database.exec("COMMIT");
      } catch (error) {
        this.#database.exec("ROLLBACK");
        throw error;
      }
      for (const { done } of pending) done();
    } catch (error) {
      for (const { failed } of pending) failed(error);
    }
  }

  async get(id: string): Promise<Incident | undefined> {
    const row = this.#database.prepare("SELECT record, quarantine FROM incidents WHERE id = ?").get(id);
    return row === undefined ? undefined : incidentOfRow(row);
  }

  async list({
    limit,
    cursor,
    vendor,
    verdict,
  }: IncidentQuery): Promise<{ readonly incidents: readonly Incident[]; readonly next?: string }> {
    const { at, id } = cursor === undefined ? { at: Number.MAX_SAFE_INTEGER, id: "" } : readCursor(cursor);
    const rows = this.#database
      .prepare(
        `SELECT at, id, record, quarantine FROM incidents
         WHERE (at, id) < (?1, ?2) AND (?3 IS NULL OR vendor = ?3) AND (?4 IS NULL OR verdict = ?4)
         ORDER BY at DESC, id DESC LIMIT ?5`,
      )
      .all(at, id, vendor ?? null, verdict ?? null, limit + 1);
    const incidents = rows.slice(0, limit).map(incidentOfRow);
    const last = incidents.at(-1);
    return rows.length > limit && last !== undefined ? { incidents, next: cursorOf(last) } : { incidents };
  }

  async drift(query: DriftQuery): Promise<{ readonly drift: readonly Drift[]; readonly next?: string }> {
    return this.#drift.list(query);
  }

  async quarantined(id: string): Promise<Uint8Array | undefined> {
    const state = this.#state(id);
    return state === "held" || state === "released" ? await this.#blobs.read(id) : undefined;
  }

  async release(id: string): Promise<boolean> {
    return this.#setState(id, "released");
  }

  async isReleased(exchange: Exchange): Promise<boolean> {
    const { sha256, contentType = null } = identityOf(exchange);
    const row = this.#database
      .prepare(
        `SELECT 1 FROM incidents WHERE quarantine = 'released' AND vendor IS ?
         AND record ->> '$.quarantine.sha256' = ? AND record ->> '$.quarantine.contentType' IS ?`,
      )
      .get(exchange.vendor ?? null, sha256, contentType);
    return row !== undefined;
  }

  async discard(id: string): Promise<boolean> {
    const discarded = this.#setState(id, "gone");
    if (discarded) await this.#blobs.remove(id);
    return discarded;
  }

  /** Applies retention: age to incidents and drift, size to quarantined bytes, the oldest first. */
  async sweep(): Promise<void> {
    const { age, size, now } = this.#options;
    const oldest = now() - age;
    const expired = this.#database.prepare("SELECT id FROM incidents WHERE at < ?").all(oldest).map(idOfRow);
    this.#database.prepare("DELETE FROM incidents WHERE at < ?").run(oldest);
    this.#drift.forget(oldest);
    for (const id of expired) await this.#blobs.remove(id);
    const beyond = this.#database
      .prepare(
        `SELECT id FROM (
           SELECT id, SUM(bytes) OVER (ORDER BY at DESC, id DESC) AS kept
           FROM incidents WHERE quarantine IN ('held', 'released')
         ) WHERE kept > ?`,
      )
      .all(size);
    for (const row of beyond) await this.discard(idOfRow(row));
  }

  /** Removes what a crash left, once it is old. */
  async recover(): Promise<void> {
    await this.#blobs.removeOrphans((id) => this.#state(id) !== undefined, this.#options.now());
  }

  /** Commits what is pending and closes the file. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#pending.length > 0) this.#commit();
    this.#database.close();
  }

  #state(id: string): string | undefined {
    const row = this.#database.prepare("SELECT quarantine FROM incidents WHERE id = ?").get(id);
    const state = row?.["quarantine"];
    return typeof state === "string" ? state : undefined;
  }

  #setState(id: string, state: QuarantineEntry["state"]): boolean {
    const { changes } = this.#database
      .prepare("UPDATE incidents SET quarantine = ? WHERE id = ? AND quarantine IN ('held', 'released')")
      .run(state, id);
    return Number(changes) > 0;
  }
}

type Row = Readonly<Record<string, unknown>>;

function idOfRow(row: Row): string {
  return String(row["id"]);
}

/** The record as it was written, with what has become of its bytes since. */
function incidentOfRow(row: Row): Incident {
  const incident: Incident = JSON.parse(String(row["record"]));
  const state = row["quarantine"];
  if (incident.quarantine === undefined || (state !== "held" && state !== "released" && state !== "gone"))
    return incident;
  return { ...incident, quarantine: { ...incident.quarantine, state } };
}

function cursorOf({ at, id }: Incident): string {
  return Buffer.from(`${at} ${id}`).toString("base64url");
}

function readCursor(cursor: string): { readonly at: number; readonly id: string } {
  const [, at, id = ""] = /^(\d{1,16}) ([0-9a-f-]{36})$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  if (at === undefined) throw new RangeError("this cursor was not given by this list");
  return { at: Number(at), id };
}
