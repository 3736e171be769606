import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { startVendor, type TestVendor } from "./vendor.ts";

/** A request that a service got. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** An external service of the test's own: answers as `answer` says, and remembers what it was asked. */
export interface TestService extends TestVendor {
  readonly asked: Asked[];
  answer: (asked: Asked, response: ServerResponse) => void;
}

export async function startService(answer: TestService["answer"]): Promise<TestService> {
  const asked: Asked[] = [];
  const vendor = await startVendor((request, response) => {
    void buffer(request).then((body) => {
      const one = { method: request.method ?? "", path: request.url ?? "", headers: request.headers, body };
      asked.push(one);
      service.answer(one, response);
    });
  });
  const service: TestService = { ...vendor, asked, answer };
  return service;
}

/** Answers with JSON. */
export function reply(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
}

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
