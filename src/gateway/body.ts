import type { IncomingMessage } from "node:http";
import { ReceivedBody } from "../bodies/spool.ts";
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
    await drain(response, body, limits.longest, timer);
    return body;
  } catch (error) {
    await body.dispose();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** By events rather than iteration, which costs several times as much for a body of one chunk. */
async function drain(
  response: IncomingMessage,
  body: ReceivedBody,
  longest: number,
  timer: NodeJS.Timeout,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let ended = false;
    const broken = (error?: Error): void => {
      // Every response closes after its end, and an error costs much more than the rest of this.
      if (ended) return;
      ended = true;
      reject(error instanceof UpstreamTimeout ? error : new UpstreamBroken("the response broke off before its end"));
    };
    response.on("data", (chunk: Buffer) => {
      timer.refresh();
      const spooling = body.append(chunk);
      if (body.length > longest) {
        response.pause();
        void cutOff(response, spooling).then(resolve, reject);
      } else if (spooling !== undefined) {
        response.pause();
        spooling.then(() => response.resume(), reject);
      }
    });
    response.on("end", () => {
      if (!response.complete) return broken();
      ended = true;
      resolve();
    });
    response.on("error", broken);
    response.on("close", () => broken());
  });
}

/** Enough has come to know that it is too much. */
async function cutOff(response: IncomingMessage, spooling: Promise<void> | undefined): Promise<void> {
  await spooling;
  response.removeAllListeners("close").destroy();
}
