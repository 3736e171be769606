/** Ways by number, in a list that is filled anew for each value, so that nothing is allocated for any. */
export class WayList {
  readonly numbers: Uint16Array;
  length = 0;

  /** `most`: as many as it can ever hold. */
  constructor(most: number) {
    this.numbers = new Uint16Array(most);
  }

  add(way: number): void {
    this.numbers[this.length++] = way;
  }

  /** A copy that lasts. */
  copy(): readonly number[] {
    return Array.from(this.numbers.subarray(0, this.length));
  }
}
