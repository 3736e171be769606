import type { IncomingMessage } from "node:http";
import { UpstreamTimeout } from "./upstream.ts";

/** A response that broke off: what came of it is never delivered as if it were whole. */
export class UpstreamBroken extends Error {}

/**
 * Reads a response whole, up to one byte over `longest`: the inspection then sees that there is more than it allows.
 * Rejects with `UpstreamBroken` or `UpstreamTimeout`.
 */
export async function readBody(response: IncomingMessage, longest: number, idle: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  return await new Promise<Buffer>((resolve, reject) => {
    const timer = setTimeout(() => {
      response.destroy();
      reject(new UpstreamTimeout(`nothing came for ${idle} ms in the middle of the body`));
    }, idle);
    const settle = (action: () => void): void => {
      clearTimeout(timer);
      action();
    };
    response.on("data", (chunk: Buffer) => {
      timer.refresh();
      chunks.push(chunk);
      length += chunk.length;
      if (length <= longest) return;
      response.destroy();
      settle(() => resolve(Buffer.concat(chunks, length).subarray(0, longest + 1)));
    });
    response.on("end", () =>
      settle(() => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length))),
    );
    const broken = (): void => settle(() => reject(new UpstreamBroken("the response broke off before its end")));
    response.on("error", broken);
    response.on("close", () => {
      if (!response.complete) broken();
    });
  });
}
