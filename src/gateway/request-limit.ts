import type { IncomingMessage } from "node:http";

const TRANSFER_ENCODING = "transfer-encoding";

/** A request whose content is larger than the vendor's `limits.body`. */
export class ContentTooLarge extends Error {
  constructor(longest: number) {
    super(`the request's content is larger than the ${longest} bytes of limits.body`);
  }
}

/**
 * Holds a request to `longest` bytes of content. Throws `ContentTooLarge` where its `Content-Length` says more; content
 * of unknown length is counted as it flows, and `exceeded` called once where it grows beyond.
 */
export function limitRequest(request: IncomingMessage, longest: number, exceeded: () => void): void {
  const declared = request.headers["content-length"];
  if (declared !== undefined) {
    if (Number(declared) > longest) throw new ContentTooLarge(longest);
    return;
  }
  if (!isChunked(request)) return;
  let length = 0;
  // Paused, the listener does not set the content flowing before the proxy takes it.
  request.pause();
  request.on("data", (chunk: Buffer) => {
    const before = length;
    length += chunk.length;
    if (before <= longest && length > longest) exceeded();
  });
}

/** Content of unknown length has a transfer coding; a request with neither has none (RFC 9112, section 6.3). */
function isChunked({ rawHeaders }: IncomingMessage): boolean {
  for (let i = 0; i < rawHeaders.length; i += 2)
    if (rawHeaders[i]?.length === TRANSFER_ENCODING.length && rawHeaders[i]?.toLowerCase() === TRANSFER_ENCODING)
      return true;
  return false;
}
