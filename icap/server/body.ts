import { ReceivedBody } from "../../src/bodies/spool.ts";
import { IcapError } from "../protocol/icap-error.ts";
import type { Inbox } from "./inbox.ts";
import type { RequestEvent } from "./request-parser.ts";

/** Where in its body a client stands when it gets its final answer. */
export type BodyState =
  /** All of it came. */
  | "whole"
  /** It waits at the end of a preview. */
  | "preview"
  /** It is still sending. */
  | "sending";

/** Content that came, and where the client stands. */
export interface Received {
  readonly body: ReceivedBody;
  readonly state: BodyState;
  /** Whether `100 Continue` was sent. */
  readonly continued: boolean;
}

/** How a client ended in the middle of a request: nobody waits for an answer. */
export class ClientGone extends Error {
  constructor() {
    super("the client ended in the middle of a request");
  }
}

/** What came before the client waits, or all of it where that is `whole`. Rejects as `receiveBody` does. */
export async function receivePreview(inbox: Inbox): Promise<{ readonly bytes: Buffer; readonly whole: boolean }> {
  const chunks: Buffer[] = [];
  for (;;) {
    const event = await nextOf(inbox);
    if (event.kind === "data") chunks.push(event.bytes);
    else return { bytes: Buffer.concat(chunks), whole: event.kind === "end" };
  }
}

/** A body as it comes, after a preview that was received. Rejects as `receiveBody` does. */
export async function* bodyBytes(inbox: Inbox, preview: Buffer): AsyncGenerator<Buffer> {
  if (preview.length > 0) yield preview;
  for (let event = await nextOf(inbox); event.kind === "data"; event = await nextOf(inbox)) yield event.bytes;
}

/**
 * Receives a body, up to one byte over `longest`, so that the inspection sees that there is more than it allows. Rejects
 * with `IcapError`, `ClientTimeout`, `ClientGone` or `SpoolFailed`; the caller disposes of what it gets.
 */
export async function receiveBody(
  inbox: Inbox,
  longest: number,
  spool: string,
  proceed: () => void,
): Promise<Received> {
  const body = new ReceivedBody(spool);
  let continued = false;
  try {
    for (;;) {
      const event = await nextOf(inbox);
      if (event.kind === "end") return { body, state: "whole", continued };
      if (event.kind === "data") {
        const spooling = body.append(event.bytes);
        if (spooling !== undefined) await spooling;
        if (body.length > longest) return { body, state: "sending", continued };
      } else if (body.length > longest) {
        return { body, state: "preview", continued };
      } else {
        continued = true;
        proceed();
        inbox.continueBody();
      }
    }
  } catch (error) {
    await body.dispose();
    throw error;
  }
}

/** What comes next inside a request. */
export async function nextOf(inbox: Inbox): Promise<Exclude<RequestEvent, { kind: "request" }>> {
  const next = inbox.next();
  const event = next instanceof Promise ? await next : next;
  if (event === undefined) throw new ClientGone();
  if (event.kind === "request") throw new IcapError(500, "a request began inside another");
  return event;
}
