import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type RecordRelay, relayRecords } from "../bodies/record-relay.ts";
import { UpstreamBroken } from "./body.ts";
import { UpstreamTimeout } from "./upstream.ts";

/** A vendor's stream and how its records are judged. */
export interface VendorStream extends Omit<RecordRelay, "content" | "write"> {
  readonly upstream: IncomingMessage;
  /** Longest silence, in milliseconds. */
  readonly idle: number;
}

/** Passes a vendor's stream on as `relayRecords` does. Rejects also with `UpstreamBroken` or `UpstreamTimeout`. */
export async function relayVendorStream(stream: VendorStream, response: ServerResponse): Promise<void> {
  try {
    await relayRecords({
      ...stream,
      content: content(stream),
      write: (record) => (response.write(record) || response.destroyed ? undefined : once(response, "drain")),
    });
  } finally {
    stream.upstream.destroy();
  }
  response.end();
}

async function* content({ upstream, idle }: VendorStream): AsyncGenerator<Uint8Array> {
  const timer = setTimeout(() => upstream.destroy(new UpstreamTimeout(`nothing came for ${idle} ms`)), idle);
  try {
    for await (const chunk of upstream) {
      timer.refresh();
      yield chunk;
    }
  } catch (error) {
    throw error instanceof UpstreamTimeout ? error : new UpstreamBroken("the stream broke off before its end");
  } finally {
    clearTimeout(timer);
  }
}
