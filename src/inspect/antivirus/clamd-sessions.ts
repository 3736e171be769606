import type { NetConnectOpts } from "node:net";
import { ClamdSession, SessionEnded } from "./clamd-session.ts";

/** Sessions at one time: as many as clamd scans at one time unless it is told otherwise (its `MaxThreads`). */
const MOST = 10;
/** Milliseconds for which a session that is not used stays open; clamd ends it itself after its `CommandReadTimeout`. */
const IDLE = 2000;
/** Milliseconds within which clamd says whether it speaks sessions. */
const PROBE = 1000;

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

  /** What clamd says of some bytes, such as `stream: OK`. Rejects with `SessionEnded`. */
  async scan(bytes: Uint8Array): Promise<string> {
    return await this.#use(async (session) => await session.scan(bytes), this.#timeout);
  }

  async #use<T>(ask: (session: ClamdSession) => Promise<T>, timeout: number): Promise<T> {
    if (this.#busy >= MOST) await new Promise<void>((enter) => this.#line.push(enter));
    this.#busy += 1;
    try {
      return await this.#askOne(this.#take(), ask, timeout);
    } finally {
      this.#busy -= 1;
      this.#line.shift()?.();
    }
  }

  /** A session that clamd ended while nobody used it says nothing of the question, which is then asked on a new one. */
  async #askOne<T>(session: ClamdSession, ask: (session: ClamdSession) => Promise<T>, timeout: number): Promise<T> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      session.close(`clamd gave no verdict within ${timeout} ms`);
    }, timeout);
    try {
      const answer = await ask(session);
      this.#keep(session);
      return answer;
    } catch (error) {
      if (!(error instanceof SessionEnded) || isLate || !session.isReused) throw error;
      return await this.#askOne(new ClamdSession(this.#place), ask, timeout);
    } finally {
      clearTimeout(timer);
    }
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
