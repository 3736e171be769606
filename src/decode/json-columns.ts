const COLUMNS = ["starts", "ends", "classes", "containers", "steps", "memberEnds"] as const;

/** What is recorded of each leaf while a text is scanned; `JsonColumns` says what each column means. */
export type LeafColumns = Readonly<Record<(typeof COLUMNS)[number], Int32Array> & { kinds: Uint8Array }>;

/** Empty columns for so many leaves, in one piece of memory. */
export function columnsOf(size: number): LeafColumns {
  const buffer = new ArrayBuffer(size * (COLUMNS.length * 4 + 1));
  const column = (index: number): Int32Array => new Int32Array(buffer, index * size * 4, size);
  return {
    starts: column(0),
    ends: column(1),
    classes: column(2),
    containers: column(3),
    steps: column(4),
    memberEnds: column(5),
    kinds: new Uint8Array(buffer, COLUMNS.length * size * 4, size),
  };
}

/** The same columns with room for more leaves. */
export function enlarged(columns: LeafColumns, size: number): LeafColumns {
  const larger = columnsOf(size);
  larger.kinds.set(columns.kinds);
  for (const name of COLUMNS) larger[name].set(columns[name]);
  return larger;
}
