const SIZE_UNITS: Readonly<Record<string, number>> = {
  "": 1,
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

const DURATION_UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5, "": 1 };

function quantity(text: string | number, units: Readonly<Record<string, number>>, what: string): number {
  const [, amount, unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*$/.exec(String(text)) ?? [];
  const factor = units[unit];
  if (amount === undefined || factor === undefined)
    throw new RangeError(
      `"${text}" is not a ${what}: expected a number and one of ${Object.keys(units).filter(Boolean).join(", ")}`,
    );
  return Number(amount) * factor;
}

/** Bytes of a size such as `32MiB`, `10kB` or 1024. Throws `RangeError` for anything else. */
export function parseSize(text: string | number): number {
  return Math.floor(quantity(text, SIZE_UNITS, "size"));
}

/** Milliseconds of a duration such as `10s`, `500ms`, `2m`, `30d` or 1000. Throws `RangeError` for anything else. */
export function parseDuration(text: string | number): number {
  return quantity(text, DURATION_UNITS, "duration");
}
