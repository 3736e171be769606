import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Before all tests: a folder for everything temporary of theirs, which is gone after them. Peers under users of their own reach it too. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "lazaret-tests-"));
  chmodSync(folder, 0o755);
  process.env["TMPDIR"] = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
