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

  /** Resolves when there is room, with the function that gives it back. Rejects with `Overloaded`. */
  async enter(bytes: number): Promise<() => void> {
    // One body larger than all the room is let in when nothing else is there.
    const share = Math.min(bytes, this.#room);
    if (this.#line.length > 0 || this.#taken + share > this.#room) {
      if (this.#line.length >= this.#longestLine) throw new Overloaded();
      await new Promise<void>((enter) => this.#line.push({ bytes: share, enter }));
    } else {
      this.#taken += share;
    }
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
