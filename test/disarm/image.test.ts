import { crc32 } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { filesCorpus } from "../support/files-corpus.ts";
import { inspected, rulesOf, sanitized } from "../support/inspected.ts";
import { expectVerdicts } from "../support/mutated.ts";
import { difference, metadataOf } from "../support/pictures.ts";

const PAYLOAD = "<?php system($_GET[0]); ?>";
const SIZE = { width: 24, height: 16 };
/** A picture in which no two pixels next to each other are alike. */
const picture = sharp(
  Buffer.from(Array.from({ length: SIZE.width * SIZE.height * 3 }, (_, i) => (i * 7 + (i >> 4) * 3) % 200)),
  { raw: { ...SIZE, channels: 3 } },
);
const frames = await Promise.all(
  ["red", "lime", "blue"].map(
    async (background) =>
      await sharp({ create: { ...SIZE, channels: 3, background } })
        .png()
        .toBuffer(),
  ),
);
const animation = sharp(frames, { join: { animated: true } });

type Format = "jpeg" | "png" | "webp" | "tiff" | "avif" | "gif";
const FORMATS: readonly Format[] = ["jpeg", "png", "webp", "tiff", "avif", "gif"];

/** A picture with everything beside its pixels that the format can have. */
async function laden(format: Format): Promise<Buffer> {
  const exif = { IFD0: { Copyright: PAYLOAD, Artist: "somebody" }, IFD3: { GPSLatitude: "51/1 30/1 0/1" } };
  const image = picture
    .clone()
    .withExif(exif)
    .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><x>${PAYLOAD}</x></x:xmpmeta>`);
  const bytes = await image.withIccProfile("p3").toFormat(format, { quality: 95 }).toBuffer();
  return format === "gif" ? withComment(bytes) : bytes;
}

function withComment(gif: Buffer): Buffer {
  return Buffer.concat([
    gif.subarray(0, -1),
    Buffer.from([0x21, 0xfe, PAYLOAD.length]),
    Buffer.from(PAYLOAD),
    Buffer.of(0),
    gif.subarray(-1),
  ]);
}

/** What coding twice may cost, of 256 levels. */
const LOSS: Readonly<Record<Format, number>> = { jpeg: 6, png: 0, webp: 10, tiff: 0, avif: 10, gif: 1 };

describe("an image", () => {
  it.each(FORMATS)("in %s passes as it came where it holds nothing but pixels", async (format) => {
    const body = await picture.clone().toFormat(format).toBuffer();
    const verdict = await inspected(body, `image/${format}`);
    expect(verdict.findings).toEqual([]);
    expect(verdict.body).toBe(body);
  });

  it.each(FORMATS)("in %s loses everything beside its pixels, and looks the same", async (format) => {
    const body = await laden(format);
    expect(body.includes(PAYLOAD)).toBe(true);
    expect(metadataOf(body)).not.toEqual([]);
    const safe = await sanitized(body, `image/${format}`);
    expect(safe.includes("<?php")).toBe(false);
    expect(metadataOf(safe)).toEqual([]);
    expect(await difference(body, safe)).toBeLessThanOrEqual(LOSS[format]);
  });

  it("says what was removed", async () => {
    const { findings } = await inspected(await laden("jpeg"));
    expect(findings.map(({ evidence }) => evidence)).toEqual(["1 EXIF block, 1 XMP packet, 1 colour profile"]);
  });

  it.each(FORMATS)("in %s loses what follows it: a polyglot is none any more", async (format) => {
    const polyglot = Buffer.concat([
      await picture.clone().toFormat(format).toBuffer(),
      Buffer.from("PK\x03\x04 and <script>alert(1)</script>"),
    ]);
    expect((await sanitized(polyglot)).includes("script")).toBe(false);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("turned by EXIF orientation %i is seen as before", async (orientation) => {
    const body = await picture
      .clone()
      .withMetadata({ orientation })
      .jpeg({ quality: 100, chromaSubsampling: "4:4:4" })
      .toBuffer();
    expect(await difference(body, await sanitized(body))).toBeLessThanOrEqual(LOSS.jpeg);
  });

  it.each(["gif", "webp"] as const)("that is animated stays animated in %s", async (format) => {
    const bytes = await animation
      .clone()
      .toFormat(format, { delay: [100, 200, 300], loop: 2, lossless: true })
      .withXmp("<x/>")
      .toBuffer();
    const body = format === "gif" ? withComment(bytes) : bytes;
    const safe = await sanitized(body);
    const { pages, delay, loop } = await sharp(safe, { animated: true }).metadata();
    expect({ pages, delay, loop }).toEqual({ pages: 3, delay: [100, 200, 300], loop: 2 });
    expect(await difference(body, safe)).toBeLessThanOrEqual(1);
  });

  it("that is animated in PNG keeps its frames, and loses all else", async () => {
    const chunk = (type: string, ...pieces: Uint8Array[]): Buffer => {
      const data = Buffer.concat([Buffer.from(type), ...pieces]);
      const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
      length.writeUInt32BE(data.length - 4);
      sum.writeUInt32BE(crc32(data));
      return Buffer.concat([length, data, sum]);
    };
    const numbers = (...values: number[]): Buffer => Buffer.concat(values.map((value) => Buffer.of(0, 0, 0, value)));
    const frame = (sequence: number): Buffer =>
      chunk("fcTL", numbers(sequence, SIZE.width, SIZE.height, 0, 0), Buffer.of(0, 1, 0, 10, 0, 0));
    const [first = Buffer.alloc(0)] = frames;
    const at = first.indexOf("IDAT") - 4;
    const pixels = first.subarray(at + 8, at + 8 + first.readUInt32BE(at));
    const apng = (...others: Buffer[]): Buffer =>
      Buffer.concat([
        first.subarray(0, 33),
        chunk("acTL", numbers(2, 0)),
        ...others,
        frame(0),
        chunk("IDAT", pixels),
        frame(1),
        chunk("fdAT", numbers(2), pixels),
        chunk("IEND"),
      ]);
    expect((await inspected(apng())).findings).toEqual([]);
    expect((await sanitized(apng(chunk("tEXt", Buffer.from(PAYLOAD))))).equals(apng())).toBe(true);
  });

  it("of many pages in TIFF keeps them", async () => {
    const plain = await animation.clone().tiff().toBuffer();
    const pages = Buffer.concat([plain, Buffer.from(PAYLOAD)]);
    expect((await sharp(pages).metadata()).pages).toBe(3);
    const safe = await sanitized(pages);
    expect((await sharp(safe).metadata()).pages).toBe(3);
    expect(await difference(pages, safe)).toBe(0);
  });

  it("with sixteen bits a channel keeps them", async () => {
    const body = await picture
      .clone()
      .toColourspace("rgb16")
      .withExif({ IFD0: { Copyright: PAYLOAD } })
      .png()
      .toBuffer();
    expect((await sharp(await sanitized(body)).metadata()).depth).toBe("ushort");
  });

  it("in an icon file keeps its pictures, PNG and bitmaps, and loses the rest", async () => {
    const png = await laden("png");
    const bitmap = Buffer.alloc(40 + 2 * 2 * 4 + 8, 1);
    [40, 2, 4].forEach((value, i) => bitmap.writeInt32LE(value, 4 * i));
    bitmap.writeUInt16LE(32, 14);
    bitmap.writeUInt32LE(0, 16);
    const icons = (first: Buffer, gap: number, trailing: string): Buffer => {
      const directory = Buffer.alloc(6 + 32);
      directory.set([0, 0, 1, 0, 2]);
      [
        [first.length, 38],
        [bitmap.length, 38 + first.length + gap],
      ].forEach(([size = 0, offset = 0], i) => {
        directory.writeUInt32LE(size, 14 + 16 * i);
        directory.writeUInt32LE(offset, 18 + 16 * i);
      });
      return Buffer.concat([directory, first, Buffer.alloc(gap, "MZ"), bitmap, Buffer.from(trailing)]);
    };
    const plain = await picture.clone().png().toBuffer();
    expect((await inspected(icons(plain, 0, ""))).findings).toEqual([]);
    expect((await sanitized(icons(plain, 30, PAYLOAD))).equals(icons(plain, 0, ""))).toBe(true);
    const safe = await sanitized(icons(png, 0, ""));
    expect(safe.includes("<?php")).toBe(false);
    expect(safe.subarray(-bitmap.length).equals(bitmap)).toBe(true);
  });

  it("that would take too much memory is a limits finding, decoded nowhere", async () => {
    const bomb = await sharp({
      create: { width: 30_000, height: 30_000, channels: 3, background: "red" },
      limitInputPixels: false,
    })
      .png({ compressionLevel: 9 })
      .toBuffer();
    const before = process.memoryUsage().rss;
    expect(rulesOf(await inspected(bomb))).toEqual(["lazaret/limits/pixels"]);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 << 20);
  });

  it("that is cut off or whose pixels do not decode is blocked", async () => {
    for (const format of FORMATS) {
      const body = await picture.clone().toFormat(format).toBuffer();
      expect(rulesOf(await inspected(body.subarray(0, -20)))).toEqual(["lazaret/malformed/damaged"]);
    }
  });

  it("is disarmed alike bare, in JSON, as a data: URI, and in a ZIP", async () => {
    const body = await laden("png");
    const safe = await sanitized(body);
    const json: Record<string, string> = JSON.parse(
      (
        await sanitized(
          JSON.stringify({ a: body.toString("base64"), b: `data:image/png;base64,${body.toString("base64")}` }),
          "application/json",
        )
      ).toString(),
    );
    expect(Buffer.from(json["a"] ?? "", "base64").equals(safe)).toBe(true);
    expect(json["b"]).toBe(`data:image/png;base64,${safe.toString("base64")}`);
  });

  it.each(filesCorpus("png", "jpeg", "gif", "webp", "tiff", "bmp"))(
    "$file of the corpus is rebuilt, looks the same, and holds no metadata",
    async ({ file, format, bytes }) => {
      const verdict = await inspected(bytes);
      expect(verdict.verdict).not.toBe("blocked");
      if (verdict.verdict !== "sanitized") return;
      const safe = await sanitized(bytes);
      expect(metadataOf(safe)).toEqual([]);
      expect(await difference(bytes, safe), file).toBeLessThanOrEqual(format === "jpeg" ? 2 : 1);
    },
  );

  it("never makes the inspection fail, however it is mutated", async () => {
    const seeds = await Promise.all(FORMATS.filter((format) => format !== "avif").map(laden));
    await expectVerdicts(seeds, 150);
  });
});
