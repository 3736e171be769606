/** A terminal, or what takes its place. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Milliseconds between two states, so that many small files cost no time. */
const PAUSE = 100;
const CLEAR = "\r\u001B[K";

/** One line that says how far a scan of several files has come: on a terminal alone, gone when it ends. */
export class Progress {
  readonly #terminal: Terminal | undefined;
  readonly #total: number;
  readonly #now: () => number;
  #done = 0;
  #shownAt = Number.NEGATIVE_INFINITY;
  #isShown = false;

  /** `now` in milliseconds. */
  constructor(terminal: Terminal, total: number, now: () => number) {
    this.#terminal = terminal.isTTY === true && total > 1 ? terminal : undefined;
    this.#total = total;
    this.#now = now;
  }

  /** A file is about to be looked at; `name` without control characters. */
  next(name: string): void {
    this.#done++;
    if (this.#terminal === undefined || this.#now() - this.#shownAt < PAUSE) return;
    this.#shownAt = this.#now();
    this.#isShown = true;
    const line = `${this.#done} of ${this.#total}: ${name}`;
    this.#terminal.write(CLEAR + line.slice(0, (this.#terminal.columns || 80) - 1));
  }

  /** Makes room for a line of output. */
  clear(): void {
    if (this.#isShown) this.#terminal?.write(CLEAR);
    this.#isShown = false;
  }
}
