import type { IncomingMessage } from "node:http";
import { ReceivedBody } from "../bodies/spool.ts";
import { limitSilence, UpstreamTimeout } from "./upstream.ts";

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

/** Content that has come: all of it or, where it is larger than allowed, its beginning, while the rest waits. */
export interface Received {
  readonly body: ReceivedBody;
  readonly isWhole: boolean;
}

/**
 * Receives a response's content until there is more than `longest`; then the response is paused. Rejects with
 * `UpstreamBroken`, `UpstreamTimeout` or `SpoolFailed`; the caller disposes of what it gets.
 */
export async function receiveBody(response: IncomingMessage, limits: BodyLimits): Promise<Received> {
  const body = new ReceivedBody(limits.spool);
  const timer = limitSilence(response, limits.idle);
  try {
    return { body, isWhole: await drain(response, body, limits.longest, timer) };
  } catch (error) {
    await body.dispose();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Whether all came. By events rather than iteration, which costs several times as much for a body of one chunk. */
async function drain(
  response: IncomingMessage,
  body: ReceivedBody,
  longest: number,
  timer: NodeJS.Timeout,
): Promise<boolean> {
  return await new Promise((resolve, reject) => {
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
        // Enough has come to know that it is too much.
        ended = true;
        response.pause().removeAllListeners("data");
        Promise.resolve(spooling).then(() => resolve(false), reject);
      } else if (spooling !== undefined) {
        response.pause();
        spooling.then(() => response.resume(), reject);
      }
    });
    response.on("end", () => {
      if (ended) return;
      if (!response.complete) return broken();
      ended = true;
      resolve(true);
    });
    response.on("error", broken);
    response.on("close", () => broken());
  });
}
