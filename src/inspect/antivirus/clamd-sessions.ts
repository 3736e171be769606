import type { NetConnectOpts } from "node:net";
import { ClamdSession, SessionEnded } from "./clamd-session.ts";
import type { ScanResult } from "./engine.ts";

/** Sessions at one time: as many as clamd scans at one time unless it is told otherwise (its `MaxThreads`). */
const MOST = 10;
/** Milliseconds for which a session that is not used stays open; clamd ends it itself after its `CommandReadTimeout`. */
const IDLE = 2000;
/** Milliseconds within which clamd says whether it speaks sessions. */
const PROBE = 1000;

/** clamd did not answer in time. */
class SessionLate extends Error {}

interface Question<T> {
  readonly ask: (session: ClamdSession) => Promise<T>;
  /** Where it is asked, once it is. */
  session: ClamdSession | undefined;
  isLate: boolean;
}

/** Connections to one clamd that are used again: a new one for each scan costs both sides more than the scan's own bytes. */
export class ClamdSessions {
  readonly #place: NetConnectOpts;
  readonly #timeout: number;
  readonly #idle: { readonly session: ClamdSession; readonly timer: NodeJS.Timeout }[] = [];
  readonly #line: (() => void)[] = [];
  #busy = 0;

  /** `timeout`: milliseconds for one scan. */
  constructor(place: NetConnectOpts, timeout: number) {
    this.#place = place;
    this.#timeout = timeout;
  }

  /** Whether what listens there speaks sessions. Never rejects. */
  async areSpoken(): Promise<boolean> {
    return await this.#use(async (session) => await session.ping(), Math.min(PROBE, this.#timeout)).catch(() => false);
  }

  /** What clamd says of some bytes; undefined where it says neither that they are clean nor what is in them. Never rejects. */
  async scan(bytes: Uint8Array): Promise<ScanResult | undefined> {
    try {
      return resultOf(await this.#use(async (session) => await session.scan(bytes), this.#timeout));
    } catch (error) {
      return error instanceof SessionLate ? { kind: "failed", reason: error.message } : undefined;
    }
  }

  /** Ends the sessions that nobody uses. */
  end(): void {
    for (const { session } of this.#idle.splice(0)) session.close("clamd went away");
  }

  /** Questions are asked in the order they come in, so that one which waits for its turn gets it within its own time. */
  async #use<T>(ask: (session: ClamdSession) => Promise<T>, timeout: number): Promise<T> {
    const question: Question<T> = { ask, session: undefined, isLate: false };
    const timer = setTimeout(() => {
      question.isLate = true;
      question.session?.close("it is late");
    }, timeout);
    if (this.#busy < MOST) this.#busy += 1;
    else await new Promise<void>((enter) => this.#line.push(enter));
    try {
      if (question.isLate) throw this.#late();
      return await this.#answer(question, this.#take());
    } finally {
      clearTimeout(timer);
      const next = this.#line.shift();
      if (next === undefined) this.#busy -= 1;
      else next();
    }
  }

  /** A session that clamd ended while nobody used it says nothing of the question, which is then asked on a new one. */
  async #answer<T>(question: Question<T>, session: ClamdSession): Promise<T> {
    question.session = session;
    try {
      const answer = await question.ask(session);
      this.#keep(session);
      return answer;
    } catch (error) {
      if (question.isLate) throw this.#late();
      if (!(error instanceof SessionEnded) || !session.isReused) throw error;
      return await this.#answer(question, new ClamdSession(this.#place));
    }
  }

  #late(): SessionLate {
    return new SessionLate(`clamd gave no verdict within ${this.#timeout} ms`);
  }

  #take(): ClamdSession {
    for (let kept = this.#idle.pop(); kept !== undefined; kept = this.#idle.pop()) {
      clearTimeout(kept.timer);
      if (kept.session.isOpen) return kept.session;
    }
    return new ClamdSession(this.#place);
  }

  #keep(session: ClamdSession): void {
    const timer = setTimeout(() => session.close("it was not used"), IDLE).unref();
    this.#idle.push({ session, timer });
  }
}

/** What an answer to `INSTREAM` means; only an explicit OK is clean. */
function resultOf(answer: string): ScanResult | undefined {
  if (answer === "stream: OK") return { kind: "clean" };
  const name = /^stream: (.+) FOUND$/.exec(answer)?.[1];
  return name === undefined ? undefined : { kind: "infected", names: [name] };
}
