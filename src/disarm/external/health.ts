import type { ComponentHealth } from "../../core/health.ts";
import type { Budget } from "../../core/budget.ts";
import { type ExternalPrograms, PROGRAMS } from "./programs.ts";
import { networkIsolation, runProgram, withFolder } from "./run.ts";

/** Words that have each program say its version. */
const VERSION = { pdftoppm: "-v", soffice: "--version", qpdf: "--version" } as const;
/** How every program does that the configuration names, and those that `needed` says are missing; each has a budget of its own. */
export async function externalHealth(
  programs: ExternalPrograms,
  needed: ReadonlySet<(typeof PROGRAMS)[number]>,
  budgetOf: () => Budget,
): Promise<readonly ComponentHealth[]> {
  const found = PROGRAMS.filter((key) => programs[key] !== undefined || needed.has(key));
  return await Promise.all(found.map(async (key) => await programHealth(key, programs, budgetOf)));
}

async function programHealth(
  key: (typeof PROGRAMS)[number],
  programs: ExternalPrograms,
  budgetOf: () => Budget,
): Promise<ComponentHealth> {
  const program = programs[key];
  const shared = { name: key, required: true } as const;
  if (program === undefined)
    return { ...shared, state: "down", detail: `policy.disarm says flatten, but external.${key} names no program` };
  try {
    await withFolder(async (folder) => {
      const run = { program, words: [VERSION[key]], folder, most: 2 ** 16 };
      const { code } = await runProgram(run, programs, budgetOf());
      if (code !== 0) throw new Error(`${program} ${VERSION[key]} ended with ${code}`);
    });
    const network =
      networkIsolation().length > 0 ? "without network" : "WITH NETWORK, since unshare is not allowed here";
    return { ...shared, state: "up", detail: `${program}, at most ${programs.memory} bytes, ${network}` };
  } catch (error) {
    return { ...shared, state: "down", detail: error instanceof Error ? error.message : String(error) };
  }
}
