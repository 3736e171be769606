#!/usr/bin/env node
// In a checkout the sources run as they are; the package has them compiled. An old Node hands over to the one that the
// checkout installed.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
// As a whole: an old Node lacks the name that is used of it, and would not even load this file.
import module from "node:module";
import { fileURLToPath } from "node:url";

const OLDEST = 24;
const near = (path) => fileURLToPath(new URL(path, import.meta.url));

if (Number(process.versions.node.split(".")[0]) >= OLDEST) {
  // Compiled code is kept in the package's own folder, where it can be written: a shared one could be another user's.
  process.env.NODE_COMPILE_CACHE ??= near("../node_modules/.cache/lazaret");
  module.enableCompileCache();
  const source = near("../src/cli/main.ts");
  await import(existsSync(source) ? source : near("../dist/src/cli/main.js"));
} else {
  const newer = near("../node_modules/.bin/node");
  if (!existsSync(newer)) {
    console.error(`lazaret: needs Node ${OLDEST} or newer, this is ${process.version}`);
    process.exit(2);
  }
  const child = spawn(newer, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
