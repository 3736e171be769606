import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/** Makes a folder that only its owner can use, and those above it. Throws what the system says; Node's own recursion never ends where a file system takes no folders (/proc). */
export function makeFolder(path: string): void {
  const parent = dirname(path);
  if (existsSync(path)) return;
  if (parent !== path) makeFolder(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!existsSync(path)) throw error;
  }
}
