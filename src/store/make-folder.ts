import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a folder, and those above it; what `mode` does not say otherwise, only its owner can use. Throws what the system says;
 * Node's own recursion never ends where a file system takes no folders (/proc).
 */
export function makeFolder(path: string, mode = 0o700): void {
  const parent = dirname(path);
  if (existsSync(path)) return;
  if (parent !== path) makeFolder(parent, mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!existsSync(path)) throw error;
  }
}
