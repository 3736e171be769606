import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const CHROMIUM = "/usr/bin/chromium";

/** Whether the browser is there. */
export const hasChromium = existsSync(CHROMIUM);

/** A document as it is served. */
export interface Page {
  readonly contentType: string;
  readonly body: Uint8Array | string;
}

/** Milliseconds that pages have for what they do on their own. */
const PATIENCE = 4000;

/**
 * The numbers of those pages that made Chromium ask for `/hit/NUMBER`, wherever that is: each is loaded in a frame of its own, and
 * every host name leads to this server.
 */
export async function hitsOf(pages: readonly Page[]): Promise<readonly number[]> {
  const hits = new Set<number>();
  const loaded = new Set<number>();
  const server = createServer(({ url = "" }, response) => {
    const [, kind, number] = /\/(hit|page)\/(\d+)/.exec(url) ?? [];
    if (kind === "hit") hits.add(Number(number));
    const page = kind === "page" ? pages[Number(number)] : undefined;
    if (page !== undefined) loaded.add(Number(number));
    const frames = pages.map((_, index) => `<iframe src="/page/${index}"></iframe>`).join("");
    response.setHeader("content-type", page?.contentType ?? (url === "/" ? "text/html" : "text/plain"));
    response.end(page?.body ?? (url === "/" ? `<!doctype html><title>frames</title>${frames}` : ""));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const profile = mkdtempSync(join(tmpdir(), "lazaret-chromium-"));
  try {
    const { port } = server.address() as AddressInfo;
    await browse(port, profile);
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
  if (loaded.size < pages.length) throw new Error(`Chromium loaded ${loaded.size} of ${pages.length} pages`);
  return [...hits].toSorted((a, b) => a - b);
}

async function browse(port: number, profile: string): Promise<void> {
  const browser = spawn(
    CHROMIUM,
    [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--no-first-run",
      "--disable-background-networking",
      `--user-data-dir=${profile}`,
      `--host-resolver-rules=MAP * 127.0.0.1:${port}`,
      `--timeout=${PATIENCE}`,
      "--dump-dom",
      `http://127.0.0.1:${port}/`,
    ],
    { stdio: "ignore" },
  );
  const timer = setTimeout(() => browser.kill("SIGKILL"), 60_000);
  await once(browser, "exit");
  clearTimeout(timer);
}
