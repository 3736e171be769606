import { connect, type NetConnectOpts, type Socket } from "node:net";

/** clamd ended a session, or it could not be reached, before a whole answer came. */
export class SessionEnded extends Error {}

const BEGIN = "zIDSESSION\0";
const PING = Buffer.from("zPING\0");
const INSTREAM = Buffer.from("zINSTREAM\0");
const LAST_CHUNK = Buffer.alloc(4);
/** Bytes up to which a question is copied together, which costs less than writing its pieces. */
const TOGETHER = 65_536;
/** Characters of an answer; clamd's are some hundreds at most. */
const LONGEST_ANSWER = 65_536;

/** A connection on which clamd is asked one question after the other (`IDSESSION` in clamd(8)). */
export class ClamdSession {
  readonly #socket: Socket;
  #asked = 0;
  #received = "";
  #isSent = true;
  #settle: ((answer: string | Error) => void) | undefined;

  constructor(place: NetConnectOpts) {
    this.#socket = connect(place);
    this.#socket.setNoDelay(true).setEncoding("utf8").write(BEGIN);
    this.#socket.on("data", (text: string) => this.#receive(text));
    this.#socket.on("error", (error) => this.close(error.message));
    this.#socket.on("close", () => this.close("the connection ended without an answer"));
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  /** Whether more than one question was asked on it. */
  get isReused(): boolean {
    return this.#asked > 1;
  }

  /** Whether clamd speaks sessions at all. Rejects with `SessionEnded`. */
  async ping(): Promise<boolean> {
    return (await this.#ask([PING])) === "PONG";
  }

  /** What clamd says of some bytes, such as `stream: OK`. Rejects with `SessionEnded`. */
  async scan(bytes: Uint8Array): Promise<string> {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(bytes.length);
    return await this.#ask([INSTREAM, size, bytes, LAST_CHUNK]);
  }

  async #ask(pieces: readonly Uint8Array[]): Promise<string> {
    if (!this.isOpen) throw new SessionEnded("the connection has ended");
    this.#asked += 1;
    this.#received = "";
    this.#isSent = false;
    const answered = new Promise<string | Error>((resolve) => (this.#settle = resolve));
    this.#socket.ref();
    this.#write(pieces, () => (this.#isSent = true));
    const answer = await answered;
    this.#settle = undefined;
    // What nobody waits for must not keep the process.
    this.#socket.unref();
    if (answer instanceof Error) throw answer;
    return answer;
  }

  #write(pieces: readonly Uint8Array[], sent: () => void): void {
    const total = pieces.reduce((sum, { length }) => sum + length, 0);
    if (total <= TOGETHER) {
      this.#socket.write(Buffer.concat(pieces, total), sent);
      return;
    }
    this.#socket.cork();
    for (const piece of pieces.slice(0, -1)) this.#socket.write(piece);
    this.#socket.write(LAST_CHUNK, sent);
    this.#socket.uncork();
  }

  /** An answer counts only where it is the one to this question, and comes after all of it was sent. */
  #receive(text: string): void {
    this.#received += text;
    const end = this.#received.indexOf("\0");
    if (end < 0 && this.#received.length <= LONGEST_ANSWER) return;
    const id = `${this.#asked}: `;
    const isWhole = end === this.#received.length - 1 && this.#received.startsWith(id);
    if (isWhole && this.#isSent && this.#settle !== undefined) this.#settle(this.#received.slice(id.length, end));
    else this.close(`clamd said what was not asked: ${this.#received.slice(0, 100)}`);
  }

  /** Ends the connection; who waits for an answer is told why. */
  close(reason: string): void {
    this.#settle?.(new SessionEnded(reason));
    this.#socket.destroy();
  }
}
