import type { Detection } from "../../core/finding.ts";
import type { Part } from "../../core/part.ts";
import type { ContentCheck } from "./declaration.ts";
import { differenceOf } from "./detection.ts";
import { cellValidator, type Column } from "./table-schema.ts";

/** Differences of one response that are told. */
const MOST = 100;

/** Checks CSV by a Table Schema: the names in its first line, and each cell below by its column. */
export function csvCheck(file: string, columns: readonly Column[]): ContentCheck {
  const validators = new Map(columns.map((column) => [column.name, cellValidator(column)]));
  return (body, { budget }) => {
    if (body.format !== "csv") {
      const message = "the schema of this route describes CSV, and the content is not";
      return [differenceOf(body, "media-type", message, body.mediaType, file)];
    }
    const found: Detection[] = [];
    const { header, rows } = tableOf(body);
    for (const { name, required, place } of columns)
      if (required && !header.includes(name))
        found.push(differenceOf(body, "missing", `the column ${name} is missing`, name, `${file}#${place}`));
    header.forEach((name, column) => {
      const leaf = rows.get(0)?.get(column);
      if (name !== undefined && leaf !== undefined && !validators.has(name))
        found.push({
          ...differenceOf(body, "unknown-member", "a column that the schema does not know", name, `${file}#/fields`),
          leaf,
        });
    });
    for (const [row, cells] of rows) {
      if (row % 256 === 0) budget.checkTime();
      if (row === 0) continue;
      for (const [column, name] of header.entries()) {
        if (found.length >= MOST) return found;
        const leaf = cells.get(column);
        const declared = columns.find((one) => one.name === name);
        if (declared === undefined) continue;
        const value = leaf === undefined ? "" : body.leaves.value(leaf);
        const wrong = validators.get(declared.name)?.(value);
        if (wrong === undefined) continue;
        const message = `row ${row + 1}, column ${declared.name}: ${wrong.reason}`;
        const told = differenceOf(body, wrong.kind, message, value, `${file}#${declared.place}`);
        found.push(leaf === undefined ? told : { ...told, leaf });
      }
    }
    return found;
  };
}

interface Table {
  /** Names by column; undefined for an empty one. */
  readonly header: readonly (string | undefined)[];
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
  const names = rows.get(0) ?? new Map<number, number>();
  const width = Math.max(0, ...names.keys()) + 1;
  const header = Array.from({ length: width }, (_, column) => {
    const leaf = names.get(column);
    return leaf === undefined ? undefined : leaves.value(leaf).trim();
  });
  return { header, rows };
}
