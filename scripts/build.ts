/** Compiles the sources to `dist` and puts beside them what they read at run time. */
import { execFileSync } from "node:child_process";
import { cp, rm } from "node:fs/promises";

await rm("dist", { recursive: true, force: true });
execFileSync("tsc", ["-p", "tsconfig.build.json"], { stdio: "inherit" });
await cp("schemas", "dist/schemas", { recursive: true });
await cp("rules", "dist/rules", { recursive: true });
