import fc from "fast-check";
import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { countHiddenWebpData } from "../../src/disarm/image/webp-hidden.ts";
import { gifExtras } from "../../src/disarm/image/gif.ts";
import { Budget } from "../../src/core/budget.ts";
import { filesCorpus } from "../support/files-corpus.ts";
import { inspected, sanitized } from "../support/inspected.ts";
import { difference } from "../support/pictures.ts";
import { defaultPolicy } from "../support/policy.ts";

const PAYLOAD = Buffer.from("<?php system($_GET[0]); ?> and more of it");
const SIZE = { width: 40, height: 30 };
const noise = (channels: 3 | 4, { width, height } = SIZE): Sharp =>
  sharp(Buffer.from(Array.from({ length: width * height * channels }, (_, i) => (i * 7 + (i >> 4) * 3) % 200)), {
    raw: { width, height, channels },
  });
const frames = await Promise.all(
  ["red", "lime", "blue"].map(
    async (background) =>
      await sharp({ create: { ...SIZE, channels: 4, background } })
        .png()
        .toBuffer(),
  ),
);
const animation = (): Sharp => sharp(frames, { join: { animated: true } });
const budget = (): Budget => new Budget(defaultPolicy().limits, () => performance.now());

/** A GIF file with more blocks of data at the end of its last frame. */
function gifWithMoreData(gif: Buffer): Buffer {
  return Buffer.concat([gif.subarray(0, -2), Buffer.of(PAYLOAD.length), PAYLOAD, gif.subarray(-2)]);
}

/** A GIF file with a block before its last byte. */
function gifWithBlock(gif: Buffer, ...block: (Buffer | number)[]): Buffer {
  const pieces = block.map((piece) => (typeof piece === "number" ? Buffer.of(piece) : piece));
  return Buffer.concat([gif.subarray(0, -1), ...pieces, gif.subarray(-1)]);
}

/** A WebP file with more bytes at the end of the last chunk of these types, all sizes around them right. */
function webpWithMoreData(webp: Buffer, types: readonly string[], more: Buffer): Buffer {
  const grown = (view: Buffer, start: number): Buffer => {
    const pieces = [view.subarray(0, start)];
    let done = false;
    for (let at = start; at < view.length;) {
      const type = view.toString("latin1", at, at + 4);
      const size = view.readUInt32LE(at + 4);
      const content = view.subarray(at + 8, at + 8 + size);
      const next = at + 8 + size + (size % 2);
      const isTarget: boolean = types.includes(type) && !done && (type !== "ANMF" || next >= view.length);
      const inner = type === "ANMF" && isTarget ? grown(content, 16) : content;
      const whole = isTarget && type !== "ANMF" ? Buffer.concat([content, more]) : inner;
      done ||= isTarget;
      const head = Buffer.from(view.subarray(at, at + 8));
      head.writeUInt32LE(whole.length, 4);
      pieces.push(head, whole, Buffer.alloc(whole.length % 2));
      at = next;
    }
    return Buffer.concat(pieces);
  };
  const result = grown(webp, 12);
  result.writeUInt32LE(result.length - 8, 4);
  return result;
}

async function expectGone(body: Buffer, payload = PAYLOAD): Promise<void> {
  expect(body.includes(payload)).toBe(true);
  const safe = await sanitized(body);
  expect(safe.includes(payload)).toBe(false);
  expect(await difference(body, safe)).toBeLessThanOrEqual(10);
}

describe("nothing is hidden in a GIF file", () => {
  it("behind the last pixel of a frame, in a picture and in an animation", async () => {
    await expectGone(gifWithMoreData(await noise(3).gif().toBuffer()));
    await expectGone(gifWithMoreData(await animation().gif().toBuffer()));
  });

  it("in blocks that nobody knows, and in those that programs read once", async () => {
    const gif = await animation().gif().toBuffer();
    await expectGone(gifWithBlock(gif, 0x21, 0x42, PAYLOAD.length, PAYLOAD, 0));
    const loop = Buffer.concat([Buffer.from("\x21\xff\x0bNETSCAPE2.0\x03\x01", "latin1"), Buffer.from("ab\0")]);
    const body = gifWithBlock(gif, ...Array.from({ length: 9 }, () => loop));
    expect((await inspected(body)).findings.map(({ evidence }) => evidence)).toEqual(["8 extensions"]);
    expect((await sanitized(body)).indexOf("NETSCAPE")).toBe((await sanitized(body)).lastIndexOf("NETSCAPE"));
  });

  it("and pictures that hold nothing pass, whatever they show", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 60 }),
        fc.uint8Array({ minLength: 7, maxLength: 64 }),
        async (width, height, pattern) => {
          const pixels = Buffer.from(
            Array.from({ length: width * height * 3 }, (_, i) => pattern[i % pattern.length] ?? 0),
          );
          const gif = await sharp(pixels, { raw: { width, height, channels: 3 } })
            .gif()
            .toBuffer();
          expect(gifExtras(gif).list()).toEqual([]);
          expect(gifExtras(gifWithMoreData(gif)).list()).toHaveLength(1);
        },
      ),
      { numRuns: 60 },
    );
    const nouns = filesCorpus("gif").flatMap(({ bytes }) =>
      gifExtras(bytes)
        .list()
        .map(({ one }) => one),
    );
    expect(nouns).not.toContain("piece of hidden data");
  });
});

describe("nothing is hidden in a WebP file", () => {
  it.each([{ quality: 80 }, { lossless: true }])("behind the last pixel: %o", async (options) => {
    for (const image of [noise(3), noise(4), animation()]) {
      const webp = await image.webp(options).toBuffer();
      expect((await inspected(webp)).findings).toEqual([]);
      await expectGone(webpWithMoreData(webp, ["VP8 ", "VP8L", "ANMF"], PAYLOAD));
    }
  });

  it("behind transparency, in the size of a picture, and in chunks of frames", async () => {
    const webp = await noise(4).webp({ quality: 80 }).toBuffer();
    await expectGone(webpWithMoreData(webp, ["ALPH"], PAYLOAD));
    await expectGone(webpWithMoreData(webp, ["VP8X"], PAYLOAD));
    const still = await animation().webp().toBuffer();
    const [size, pad] = [Buffer.alloc(4), Buffer.alloc(PAYLOAD.length % 2)];
    size.writeUInt32LE(PAYLOAD.length);
    const chunk = Buffer.concat([Buffer.from("JUNK"), size, PAYLOAD, pad]);
    const at = still.lastIndexOf("ANMF");
    const body = Buffer.concat([still, chunk]);
    body.writeUInt32LE(still.readUInt32LE(at + 4) + chunk.length, at + 4);
    body.writeUInt32LE(body.length - 8, 4);
    await expectGone(body);
  });

  it("and real files hold nothing there", async () => {
    for (const { bytes } of filesCorpus("webp")) expect(await countHiddenWebpData(bytes, budget())).toBe(0);
  });
});
