/** Exchanges in which a place has to occur before a range or an end of its members is drawn from it. */
export const ENOUGH = 20;
/** And before a number is called whole, a member required, a length fixed. */
export const MANY = 50;
/** From which on what is said of a place is unlikely to change. */
const SETTLED = 200;

/** How far a place that occurred so often can be relied on, in words. */
export function confidence(exchanges: number, count: number): string {
  const times = count === exchanges ? "" : `, ${count} times`;
  const word = exchanges < ENOUGH ? "too few to rely on" : exchanges < SETTLED ? "likely" : "settled";
  return `in ${exchanges} response${exchanges === 1 ? "" : "s"}${times}: ${word}`;
}
