const MOST = 1000;
const USUAL = 50;

/** The `limit` of a list as a query has it, 50 where it has none; what is wrong with it where it cannot be used. */
export function readLimit(given: unknown): number | string {
  if (given === undefined) return USUAL;
  const count = typeof given === "string" && /^\d{1,4}$/.test(given) ? Number(given) : 0;
  return count < 1 || count > MOST ? `limit has to be a whole number from 1 to ${MOST}` : count;
}
