/** Objects of so few keys are compared pair by pair, which needs no memory; of so many, in a hash table of fixed size. */
const FEW = 16;
const MANY = 256;
const TABLE = 4 * MANY;

/** The keys of the objects that are open while a text is scanned, outermost first, with their hashes. */
export class OpenKeys {
  #keys = new Int32Array(64);
  #hashes = new Int32Array(64);
  #table: Int32Array | undefined;
  #count = 0;

  /** How many there are: where the keys of the next object to open begin. */
  get count(): number {
    return this.#count;
  }

  add(key: number, hash: number): void {
    const count = this.#count;
    if (count === this.#keys.length) {
      this.#keys = enlarged(this.#keys);
      this.#hashes = enlarged(this.#hashes);
    }
    this.#keys[count] = key;
    this.#hashes[count] = hash;
    this.#count = count + 1;
  }

  /** Forgets the innermost object, whose keys begin at `first`; gives them where two have the same hash. */
  close(first: number): Int32Array | undefined {
    const end = this.#count;
    this.#count = first;
    return this.#mayRepeat(first, end) ? this.#keys.slice(first, end) : undefined;
  }

  #mayRepeat(from: number, to: number): boolean {
    const hashes = this.#hashes;
    if (to - from > MANY) return new Set(hashes.subarray(from, to)).size < to - from;
    if (to - from > FEW) return repeats(hashes, from, to, (this.#table ??= new Int32Array(TABLE)));
    for (let i = from + 1; i < to; i++) {
      const hash = hashes[i];
      for (let j = from; j < i; j++) if (hashes[j] === hash) return true;
    }
    return false;
  }
}

/** Whether two of some hashes are the same, by open addressing in a table that is four times as large as they are many. */
function repeats(hashes: Int32Array, from: number, to: number, table: Int32Array): boolean {
  table.fill(-1);
  for (let i = from; i < to; i++) {
    const hash = hashes[i] ?? 0;
    let slot = (hash ^ (hash >>> 15)) & (TABLE - 1);
    for (let other = table[slot] ?? -1; other >= 0; other = table[slot] ?? -1) {
      if (hashes[other] === hash) return true;
      slot = (slot + 1) & (TABLE - 1);
    }
    table[slot] = i;
  }
  return false;
}

function enlarged(from: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(from.length * 2);
  larger.set(from);
  return larger;
}
