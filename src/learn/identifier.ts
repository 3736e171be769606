const IDENTIFIERS: readonly RegExp[] = [
  /^\d+(?:\.[a-z]{2,5})?$/,
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  // Hexadecimal digits with a decimal one among them: hashes, ids of MongoDB.
  /^(?=.*\d)[0-9a-f]{8,}$/i,
  /^[^@/\s]+(?:@|%40)[^@/\s]+\.[^@/\s]+$/,
  /^\d{4}-\d\d-\d\d/,
  // Telephone numbers, and words with blanks in a path: names of people and titles.
  /^(?:\+|%2b)\d{6,15}$/i,
  /%20/,
  // A short name of the kind, then what identifies: `cus_9s6XKzkNRiz8i3`.
  /^[a-z]{1,10}_(?=.*\d)[A-Za-z0-9]{6,}$/,
  // Tokens: several digits in something long.
  /^(?=(?:.*\d){3})[A-Za-z0-9_-]{10,}$/,
];

/** Whether a path segment or a member's name identifies one thing among many, rather than naming a kind of things. */
export function isIdentifier(text: string): boolean {
  return IDENTIFIERS.some((pattern) => pattern.test(text));
}

/** Members whose values only name something: numbers among them go on growing, strings have no blanks. */
export const NAMING = /(?:id|number|num|no|key|version|serial|sha|hash)$/i;
