/** The byte that two characters stand for in hexadecimal, computed for any two characters as libmodsecurity does. */
export function hexByte(text: string, at: number): number {
  return (hexDigit(text.charCodeAt(at)) * 16 + hexDigit(text.charCodeAt(at + 1))) & 0xff;
}

/** The value of a hexadecimal digit; what is none gets a value all the same, as in libmodsecurity. */
export function hexDigit(code: number): number {
  return (code >= 0x41 ? (code & 0xdf) - 0x41 + 10 : code - 0x30) & 0xff;
}

/** Full-width ASCII (U+FF01 to U+FF5E) as plain ASCII: `low` is the lower byte, `high` the two digits of the upper one. */
export function narrow(low: number, high: string): number {
  return low > 0 && low < 0x5f && /^ff$/i.test(high) ? low + 0x20 : low;
}

/** A byte string as its bytes. */
export function bytesOf(text: string): Buffer {
  return Buffer.from(text, "latin1");
}
