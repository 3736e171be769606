import { createServer, type ServerResponse } from "node:http";
import { type DemoResponse, demoResponses } from "./responses.ts";

/** A hostile API on a port of its own, to see Lazaret work without any vendor. */
export interface DemoVendor {
  readonly url: string;
  readonly responses: readonly DemoResponse[];
  close(): void;
}

const TICK = 1000;

/** Starts the demo vendor on loopback, on a port that the system chooses. */
export async function startDemoVendor(): Promise<DemoVendor> {
  const responses = demoResponses();
  const server = createServer((request, response) => {
    const path = request.url?.split("?")[0];
    const found = responses.find((one) => one.path === path);
    if (path === "/events") return sendEvents(response);
    response.writeHead(found?.status ?? (found === undefined ? 404 : 200), found?.headers ?? {});
    response.end(found?.body ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    responses,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** An event stream without end, with hidden text in every event. */
function sendEvents(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  let count = 0;
  const send = (): void => {
    count++;
    response.write(`data: ${JSON.stringify({ count, note: "tick\u202E kcot" })}\n\n`);
  };
  send();
  const timer = setInterval(send, TICK);
  response.on("close", () => clearInterval(timer));
}
