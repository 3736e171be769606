import http from "node:http";

/** A response as it came over the wire. */
export interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly rawHeaders: string[];
  readonly body: Buffer;
}

/** Sends a request as it is, without redirects, pooling or decompression. */
export async function send(url: string, options: http.RequestOptions = {}, body?: string | Buffer): Promise<Reply> {
  return await new Promise((resolve, reject) => {
    const request = http.request(url, { agent: false, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          rawHeaders: response.rawHeaders,
          body: Buffer.concat(chunks),
        }),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** What a response holds as JSON, as the test expects it. */
export async function jsonOf<T>(response: Response): Promise<T> {
  return JSON.parse(await response.text());
}
