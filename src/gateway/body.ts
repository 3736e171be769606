import type { IncomingMessage } from "node:http";
import { ReceivedBody } from "./spool.ts";
import { UpstreamTimeout } from "./upstream.ts";

/** A response that broke off: what came of it is never delivered as if it were whole. */
export class UpstreamBroken extends Error {}

export interface BodyLimits {
  /** Bytes; one more is read, so that the inspection sees that there is more than it allows. */
  readonly longest: number;
  /** Longest silence, in milliseconds. */
  readonly idle: number;
  /** Folder for bodies that are too large to keep in memory while they arrive. */
  readonly spool: string;
}

/**
 * Receives a response's content whole, up to one byte over `longest`. Rejects with `UpstreamBroken`, `UpstreamTimeout`
 * or `SpoolFailed`; the caller disposes of what it gets.
 */
export async function receiveBody(response: IncomingMessage, limits: BodyLimits): Promise<ReceivedBody> {
  const body = new ReceivedBody(limits.spool);
  const timer = setTimeout(
    () => response.destroy(new UpstreamTimeout(`nothing came for ${limits.idle} ms in the middle of the body`)),
    limits.idle,
  );
  try {
    for await (const chunk of chunksOf(response)) {
      timer.refresh();
      await body.append(chunk);
      if (body.length > limits.longest) break;
    }
    if (!response.complete && body.length <= limits.longest)
      throw new UpstreamBroken("the response broke off before its end");
    return body;
  } catch (error) {
    await body.dispose();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function* chunksOf(response: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of response) yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
  } catch (error) {
    if (error instanceof UpstreamTimeout) throw error;
    throw new UpstreamBroken("the response broke off before its end");
  }
}
