/** The most codes that the table of GIF's compression holds (GIF89a, appendix F). */
const MOST_CODES = 4096;

/**
 * Whether image data goes on after the last pixel or the end code: what programs that show the picture never look at.
 * `data` is the data of one frame without its block sizes, `codeSize` the bits of a pixel, `pixels` how many the frame has.
 */
export function hasHiddenData(data: Buffer, codeSize: number, pixels: number): boolean {
  const clear = 1 << codeSize;
  const lengths = new Uint32Array(MOST_CODES).fill(1, 0, clear);
  let next = clear + 2;
  let width = codeSize + 1;
  let former = 0;
  let left = pixels;
  let bit = 0;
  for (; bit + width <= data.length * 8;) {
    const at = bit >> 3;
    const word = (data[at] ?? 0) | ((data[at + 1] ?? 0) << 8) | ((data[at + 2] ?? 0) << 16);
    const code = (word >> (bit & 7)) & ((1 << width) - 1);
    if (left <= 0 && code !== clear + 1) break;
    bit += width;
    if (code === clear + 1) break;
    if (code === clear) {
      next = clear + 2;
      width = codeSize + 1;
      former = 0;
      continue;
    }
    const length = code < next ? (lengths[code] ?? 0) : former + 1;
    if (former > 0 && next < MOST_CODES) lengths[next++] = former + 1;
    if (next === 1 << width && width < 12) width++;
    former = length;
    left -= length;
  }
  // Encoders that write no end code leave less than a code and the bits that fill the last byte.
  return Math.ceil(bit / 8) + (left <= 0 ? 1 : 0) < data.length;
}
