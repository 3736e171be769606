import { type HeaderList, headerValue } from "../../src/core/headers.ts";
import type { Verdict } from "../../src/core/verdict.ts";
import { adaptedMessage } from "./answer.ts";
import { nextOf, type Received } from "./body.ts";
import type { Inbox } from "./inbox.ts";
import type { HttpMessage } from "./message.ts";
import type { Outbox } from "./outbox.ts";
import { StreamEnded } from "./record-stream.ts";
import { adaptedHead, chunks, lastChunk } from "./reply.ts";

/** The two ends of a connection. */
interface Ends {
  readonly inbox: Inbox;
  readonly outbox: Outbox;
}

/** A message of which only the beginning was inspected, since it is larger than `limits.body`. */
interface Oversized {
  readonly message: HttpMessage;
  readonly received: Received;
  /** Whether a preview was announced and not answered with `100 Continue`. */
  readonly inPreview: boolean;
}

/**
 * Hands back a message that is too large to be inspected, where policy lets it through all the same (`monitor`, or a
 * `limits` category that only reports) and the client cannot be told to go on with its own: whole and as it came, never its
 * beginning as if that were all. `fields`: those of the ICAP head. Rejects with `StreamEnded` where the client breaks off,
 * or its body is not as long as its `Content-Length`: proxies end such a body as if it were whole.
 */
export async function handBackUninspected(
  verdict: Verdict,
  { message, received, inPreview }: Oversized,
  fields: HeaderList,
  { inbox, outbox }: Ends,
): Promise<void> {
  const { body } = received;
  const hasRest = !inPreview || (await endPreview(received, { inbox, outbox }));
  const declared = headerValue(message.fields, "content-length");
  const { section, start, fields: adapted } = adaptedMessage(verdict, message);
  const framed = adapted.flatMap((field): HeaderList => {
    if (field[0].toLowerCase() !== "content-length") return [field];
    return declared === undefined ? [] : [[field[0], declared]];
  });
  const beginning = await body.bytes(Infinity);
  await outbox.send([adaptedHead(200, fields, { section, start, fields: framed, body: beginning })]);
  await outbox.send(chunks(beginning));
  let length = beginning.length;
  try {
    for (let event = hasRest ? await nextOf(inbox) : undefined; event?.kind === "data"; event = await nextOf(inbox)) {
      length += event.bytes.length;
      await outbox.send(chunks(event.bytes));
    }
  } catch {
    throw new StreamEnded();
  }
  if (declared !== undefined && declared !== String(length)) throw new StreamEnded();
  await outbox.send([lastChunk()]);
}

/** Receives what is left of a preview, and has the client send what follows; false where nothing does. */
async function endPreview({ body, state }: Received, { inbox, outbox }: Ends): Promise<boolean> {
  if (state !== "preview") {
    let event = await nextOf(inbox);
    for (; event.kind === "data"; event = await nextOf(inbox)) await body.append(event.bytes);
    if (event.kind === "end") return false;
  }
  outbox.proceed();
  inbox.continueBody();
  return true;
}
