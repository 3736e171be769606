/** More is waiting to be inspected than can be inspected in time. */
export class Overloaded extends Error {
  constructor() {
    super("too many responses wait for their inspection");
  }
}

/** Lets bodies into memory as long as there is room, the others wait in line: memory stays bounded under any load. */
export class Admission {
  readonly #room: number;
  readonly #longestLine: number;
  readonly #line: { readonly bytes: number; readonly enter: () => void }[] = [];
  #taken = 0;

  /** `room` in bytes; beyond `longestLine` waiting bodies, more are refused. */
  constructor(room: number, longestLine: number) {
    this.#room = room;
    this.#longestLine = longestLine;
  }

  /** Gives the function that gives the room back: at once where there is room. Rejects with `Overloaded`. */
  enter(bytes: number): (() => void) | Promise<() => void> {
    // One body larger than all the room is let in when nothing else is there.
    const share = Math.min(bytes, this.#room);
    if (this.#line.length > 0 || this.#taken + share > this.#room) return this.#wait(share);
    this.#taken += share;
    return this.#leave(share);
  }

  async #wait(share: number): Promise<() => void> {
    if (this.#line.length >= this.#longestLine) throw new Overloaded();
    await new Promise<void>((enter) => this.#line.push({ bytes: share, enter }));
    return this.#leave(share);
  }

  #leave(share: number): () => void {
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#taken -= share;
      this.#advance();
    };
  }

  #advance(): void {
    for (let next = this.#line[0]; next !== undefined && this.#taken + next.bytes <= this.#room; next = this.#line[0]) {
      this.#line.shift();
      this.#taken += next.bytes;
      next.enter();
    }
  }
}
