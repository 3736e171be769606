import type { Detection } from "../../core/finding.ts";
import type { Part } from "../../core/part.ts";
import type { ContentCheck } from "./declaration.ts";
import { differenceOf } from "./detection.ts";
import { cellValidator, type Column } from "./table-schema.ts";

/** Differences of one response that are told. */
const MOST = 100;

/** Checks CSV by a Table Schema: the names in its first line, and each cell below by its column. */
export function csvCheck(file: string, columns: readonly Column[]): ContentCheck {
  const checked = columns.map((column) => ({
    ...column,
    place: `${file}#${column.place}`,
    wrong: cellValidator(column),
  }));
  return (body, { budget }) => {
    if (body.format !== "csv") {
      const message = "the schema of this route describes CSV, and the content is not";
      return [differenceOf(body, "media-type", message, body.mediaType, file)];
    }
    const { header, rows } = tableOf(body);
    const found = headerDifferences(body, header, columns, file);
    for (const [row, cells] of rows) {
      if (row % 256 === 0) budget.checkTime();
      if (row === 0) continue;
      for (const { name, place, wrong } of checked) {
        if (found.length >= MOST) return found;
        const column = header.get(name)?.column;
        if (column === undefined) continue;
        const leaf = cells.get(column);
        const value = leaf === undefined ? "" : body.leaves.value(leaf);
        const difference = wrong(value);
        if (difference === undefined) continue;
        const message = `row ${row + 1}, column ${name}: ${difference.reason}`;
        const told = differenceOf(body, difference.kind, message, value, place);
        found.push(leaf === undefined ? told : { ...told, leaf });
      }
    }
    return found;
  };
}

function headerDifferences(body: Part, header: Table["header"], columns: readonly Column[], file: string): Detection[] {
  const missing = columns
    .filter(({ name, required }) => required && !header.has(name))
    .map(({ name, place }) => differenceOf(body, "missing", `the column ${name} is missing`, name, `${file}#${place}`));
  const known = new Set(columns.map(({ name }) => name));
  const others = Array.from(header, ([name, { leaf, twice }]): Detection[] => {
    if (!known.has(name))
      return [
        {
          ...differenceOf(body, "unknown-member", "a column that the schema does not know", name, `${file}#/fields`),
          leaf,
        },
      ];
    // Which of them an application takes, nobody knows.
    return twice === undefined
      ? []
      : [{ ...differenceOf(body, "other", "a column that is there twice", name, `${file}#/fields`), leaf: twice }];
  });
  return [...missing, ...others.flat()].slice(0, MOST);
}

interface Table {
  /** Columns by the name in the first line: the first of that name, and the leaf of another. */
  readonly header: ReadonlyMap<string, { readonly column: number; readonly leaf: number; readonly twice?: number }>;
  /** Leaves by row and column, both from 0, empty cells left out. */
  readonly rows: ReadonlyMap<number, ReadonlyMap<number, number>>;
}

function tableOf({ leaves }: Part): Table {
  const rows = new Map<number, Map<number, number>>();
  for (let leaf = 0; leaf < leaves.length; leaf++) {
    const [row, column] = leaves.segments(leaf).map(Number);
    if (row === undefined || column === undefined) continue;
    const cells = rows.get(row) ?? new Map<number, number>();
    rows.set(row, cells.set(column, leaf));
  }
  const header = new Map<string, { column: number; leaf: number; twice?: number }>();
  for (const [column, leaf] of rows.get(0) ?? []) {
    const name = leaves.value(leaf).trim();
    const first = header.get(name);
    header.set(name, first === undefined ? { column, leaf } : { ...first, twice: leaf });
  }
  return { header, rows };
}
