import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { BIN } from "../support/command-line.ts";

/** Makes the Node that is there look like Node 20 to the command: by its version, and by what its `node:module` exports. */
const OLD_NODE = `
  import { registerHooks } from "node:module";
  const old = "data:text/javascript,export default {}; export function createRequire() {}";
  registerHooks({
    resolve: (name, context, next) =>
      name === "node:module" && context.parentURL?.endsWith("/bin/lazaret.js")
        ? { url: old, shortCircuit: true }
        : next(name, context),
  });
  Object.defineProperty(process.versions, "node", { value: "20.20.2" });
`;

it("an old Node hands over to the one that the checkout installed", () => {
  const hook = `data:text/javascript,${encodeURIComponent(OLD_NODE)}`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", hook, BIN, "--version"]);
  expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: "" });
  expect(stdout.toString()).toMatch(/^\d+\.\d+\.\d+\n$/);
});
