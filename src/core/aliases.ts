/** Values that aliases may add to a document, beyond ten times those that are written out. */
const SLACK = 1_000_000;
const OPEN = -1;

/**
 * Checks a document whose parts may stand in several places of it (YAML's aliases) before something walks through all of it:
 * throws `RangeError` where a part contains itself, or where the aliases multiply beyond bounds.
 */
export function checkAliases(document: unknown): void {
  const sizes = new Map<object, number>();
  const sizeOf = (value: unknown): number => {
    if (typeof value !== "object" || value === null) return 1;
    const known = sizes.get(value);
    if (known === OPEN) throw new RangeError("an alias stands for something that contains it");
    if (known !== undefined) return known;
    sizes.set(value, OPEN);
    const size = Object.values(value).reduce((sum: number, part) => sum + sizeOf(part), 1);
    written += Object.keys(value).length + 1;
    sizes.set(value, size);
    return size;
  };
  let written = 0;
  const size = sizeOf(document);
  if (size > 10 * written + SLACK) throw new RangeError(`its aliases stand for ${size} values`);
}
