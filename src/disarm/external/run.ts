import { execFile, type ExecFileException, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Budget, BudgetExceeded } from "../../core/budget.ts";
import { RefusedFile } from "../disarmer.ts";
import type { ExternalPrograms } from "./programs.ts";

/** What a run wrote to its standard output, and how it ended. */
export interface RunResult {
  readonly output: Buffer;
  /** Exit code; a run that was ended from outside is a refusal instead. */
  readonly code: number;
}

export interface Run {
  readonly program: string;
  readonly words: readonly string[];
  /** Working and home folder: the only one that the program should write to. */
  readonly folder: string;
  /** Bytes of output beyond which the run is ended. */
  readonly most: number;
}

/** Milliseconds before the end of the exchange's time by which a run is ended, so that its end is still heard of. */
const GRACE = 200;
/** Exit code of `timeout` where it killed what it ran. */
const KILLED = 137;
/** Ways to cut a program off from the network, the plainest first: as root, and in a user namespace. */
const ISOLATIONS = [
  ["unshare", "-n"],
  ["unshare", "-rn"],
] as const;

let isolation: readonly string[] | undefined;

/** Words before a command that cut it off from the network; none where the system does not allow that. Tried once a thread. */
export function networkIsolation(): readonly string[] {
  isolation ??= ISOLATIONS.find(([program, flag]) => spawnSync(program, [flag, "true"]).status === 0) ?? [];
  return isolation;
}

/** Words that end a command with all that it started, and bound its memory. Where they are missing, nothing is run. */
function limits(memory: number, milliseconds: number): readonly string[] {
  const [seconds, processor] = [String(milliseconds / 1000), String(Math.ceil(milliseconds / 1000) + 1)];
  return ["timeout", "--signal=KILL", seconds, "prlimit", `--as=${memory}`, `--cpu=${processor}`, "--core=0", "--"];
}

/**
 * Runs a program over hostile content: without network where the system allows that, its memory and time limited, in an
 * environment without anything of Lazaret's. Throws `RefusedFile` where it cannot be run, is killed or says too much, and
 * `BudgetExceeded` where the time of the exchange ends.
 */
export async function runProgram(
  { program, words, folder, most }: Run,
  { memory, time }: ExternalPrograms,
  budget: Budget,
): Promise<RunResult> {
  budget.checkTime();
  const left = budget.timeLeft() - GRACE;
  const allowed = Math.max(1, Math.floor(Math.min(time, left)));
  const [command = "", ...rest] = [...networkIsolation(), ...limits(memory, allowed), program, ...words];
  const { PATH = "/usr/bin:/bin" } = process.env;
  const env = { PATH, HOME: folder, TMPDIR: folder, LANG: "C.UTF-8" };
  return await new Promise((resolve, reject) => {
    execFile(command, rest, { cwd: folder, env, maxBuffer: most, encoding: "buffer" }, (error, output) => {
      if (error === null) resolve({ output, code: 0 });
      else if (hasEnded(error)) resolve({ output, code: error.code });
      else if (isKilled(error) && left < time) reject(new BudgetExceeded("time", budget.limits.time));
      else reject(externalFailure(`${program} ${problemOf(error)}`));
    });
  });
}

/** Whether the program itself came to its end and said how. */
function hasEnded(error: ExecFileException): error is ExecFileException & { readonly code: number } {
  return typeof error.code === "number" && error.code < 126;
}

function isKilled({ code, signal }: ExecFileException): boolean {
  return code === KILLED || signal === "SIGKILL";
}

function problemOf(error: ExecFileException): string {
  if (String(error.code) === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") return "gave more than allowed";
  if (isKilled(error)) return "did not end in time";
  return typeof error.signal === "string" ? `was ended by ${error.signal}` : "cannot be run";
}

/** The refusal of a file that another program could not do anything with. */
export function externalFailure(reason: string): RefusedFile {
  return new RefusedFile("unscannable", "external", reason);
}

/** Does something with a folder of its own, which is gone afterwards. */
export async function withFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "lazaret-external-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
