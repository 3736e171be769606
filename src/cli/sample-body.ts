/** Values as vendors send them, by kind; a few that many rules have to be tried on. */
const KINDS: readonly ((i: number) => string)[] = [
  (i) => `item-${i.toString(36)}`,
  (i) => new Date(Date.UTC(2026, 0, 1) + i * 3_600_000).toISOString(),
  (i) => `https://shop.example/products/${i}?ref=mail&size=${i % 9}`,
  (i) => `ana.${i}@example.com`,
  (i) => `It's delivered within ${i % 7} days; ask Ana & Ben if it isn't (or call +44 20 7946 0${100 + (i % 900)}).`,
  (i) => `<p>Please <b>select</b> one of ${i} <a href="/from/here">offers</a> from the list and update your order.</p>`,
  (i) => `# Notes ${i}\n\nUse \`npm run build\`, then:\n\n    cat dist/*.js | wc -l\n\n- a | b\n- 100% of x > y`,
  (i) => `Zoë's café — naïve “quotes”, ${i} € and more, as people write in reviews of things they like.`,
  (i) => `SELECT name FROM items WHERE id = ${i}; -- from the docs`,
];
const RECORDS = 1000;

/** A list of records as a vendor's API answers it, about 1 MB of JSON and always the same. */
export function sampleBody(): string {
  const items = Array.from({ length: RECORDS }, (_, i) =>
    Object.fromEntries(KINDS.map((kind, column) => [`field_${column}`, kind(i * 7 + column)])),
  );
  return JSON.stringify({ items });
}
