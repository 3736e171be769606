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
    const ways: number[] = [];
    for (let i = 0; i < this.length; i++) ways.push(this.numbers[i] ?? 0);
    return ways;
  }
}
