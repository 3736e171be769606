import { afterAll, expect, it } from "vitest";
import { Budget, BudgetExceeded } from "../../src/core/budget.ts";
import { openByTask } from "../../src/disarm/task.ts";
import { createFilePool, type FilePool } from "../../src/threads/file-pool.ts";
import { NO_PROGRAMS } from "../support/no-programs.ts";
import { KEEPING, outcome, STRIPPING } from "../support/disarmed.ts";
import { pdfOf } from "../support/pdf.ts";
import { defaultPolicy } from "../support/policy.ts";

const pool = createFilePool(new URL("../support/stuck-file-worker.ts", import.meta.url), 64);
afterAll(async () => await pool.close());

const runnerOf = ({ run }: FilePool) => ({ run, programs: NO_PROGRAMS });
const budgetOf = (time: number): Budget => new Budget({ ...defaultPolicy().limits, time }, () => performance.now());
const open = async (word: string, budget = budgetOf(60_000)) =>
  await openByTask(runnerOf(pool), "x", Buffer.from(word), KEEPING, budget);

it("a file is taken apart in a thread, and what that cost counts", async () => {
  const budget = budgetOf(60_000);
  expect((await open("fine", budget)).disarmed).toEqual({ kind: "clean" });
  expect(budget.left().decompressed).toBe(budget.limits.decompressed - 7);
});

it("what becomes of links and metadata is known in the thread", async () => {
  const own = createFilePool(new URL("../../src/threads/file-worker.ts", import.meta.url), 256);
  const pdf = pdfOf({ trailer: "/Info << /Title (T) >>" });
  const kept = await openByTask(runnerOf(own), "pdf", pdf, KEEPING, budgetOf(60_000));
  const stripped = await openByTask(runnerOf(own), "pdf", pdf, STRIPPING, budgetOf(60_000));
  expect([outcome(kept.disarmed), outcome(stripped.disarmed)]).toEqual(["clean", "rebuilt: 1 document property"]);
  await own.close();
});

it("files in work end before the threads do, and a later one finds new threads", async () => {
  const own = createFilePool(new URL("../support/stuck-file-worker.ts", import.meta.url), 64);
  const working = openByTask(runnerOf(own), "x", Buffer.from("fine"), KEEPING, budgetOf(60_000));
  await own.close();
  expect((await working).disarmed.kind).toBe("clean");
  expect((await openByTask(runnerOf(own), "x", Buffer.from("fine"), KEEPING, budgetOf(60_000))).disarmed.kind).toBe(
    "clean",
  );
  await own.close();
});

it("a thread that never comes back is ended when the exchange's time is over, and the others go on", async () => {
  const stuck = open("loop", budgetOf(100));
  await expect(stuck).rejects.toThrow(BudgetExceeded);
  await expect(stuck).rejects.toMatchObject({ limit: "time" });
  expect((await open("fine")).disarmed.kind).toBe("clean");
});

it.each(["memory", "exit"])(
  "a thread that ends (%s) is a finding about its file, and the others go on",
  async (word) => {
    const [ended, fine] = await Promise.all([open(word), open("fine")]);
    expect(ended.disarmed).toMatchObject({ kind: "refused", category: "unscannable", cause: "crashed" });
    expect(fine.disarmed.kind).toBe("clean");
    expect((await open("fine")).disarmed.kind).toBe("clean");
  },
);
