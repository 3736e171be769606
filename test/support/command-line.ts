import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";

/** The command as it is installed. */
export const BIN = fileURLToPath(new URL("../../bin/lazaret.js", import.meta.url));

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `lazaret` with these words to its end. */
export async function lazaret(words: string[], { input = "", cwd = tmpdir() } = {}): Promise<Outcome> {
  const child = spawn(process.execPath, [BIN, ...words], { cwd, stdio: "pipe" });
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, stdout, stderr };
}
