import type { SaxesTagNS } from "saxes";

/** Relationships to sheets, whose places in the workbook others count by. */
const SHEETS = new Set(["xlMacrosheet", "xlIntlMacrosheet", "dialogsheet"]);

/** Keeps what counts sheets by their place right where some of them go. */
export class SheetPlaces {
  readonly #loses: boolean;
  readonly #gone: number[] = [];
  #count = 0;

  constructor(lost: ReadonlyMap<string, string>) {
    this.#loses = [...lost.values()].some((type) => SHEETS.has(type));
  }

  keeps(tag: SaxesTagNS, stays: boolean): boolean {
    if (!this.#loses) return stays;
    if (tag.local === "sheet") {
      if (!stays) this.#gone.push(this.#count);
      this.#count++;
    }
    return stays && !(tag.local === "definedName" && this.#gone.includes(placeOf(tag)));
  }

  attribute(name: string, value: string, tag: SaxesTagNS): string {
    if (!this.#loses) return value;
    if (tag.local === "workbookView" && (name === "activeTab" || name === "firstSheet")) return "0";
    if (tag.local !== "definedName" || name !== "localSheetId") return value;
    return String(placeOf(tag) - this.#gone.filter((place) => place < placeOf(tag)).length);
  }
}

function placeOf({ attributes }: SaxesTagNS): number {
  return Number(attributes["localSheetId"]?.value ?? Number.NaN);
}
