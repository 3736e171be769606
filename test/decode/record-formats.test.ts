import { expect, it } from "vitest";
import { createInspector } from "../../src/index.ts";
import { decoded } from "../support/decoded.ts";

const EVENTS = "text/event-stream";

it("an event's data is JSON where it can be read as that, and text where it cannot: [DONE] ends the streams of models", async () => {
  const stream = [
    'data: {"choices":[{"delta":{"content":"Hi"}}]}\n\n',
    ": keep-alive\n\n",
    "data: [1,\ndata: 2]\n\n",
    "data: [note] see below\n\n",
    'data: "quoted" text\n\n',
    "data: [DONE]\n\n",
  ].join("");
  const { part, detections } = decoded(stream, EVENTS);
  expect(part.children.map(({ format }) => format)).toEqual(["json", "text", "json", "text", "text", "text"]);
  expect(detections).toEqual([]);
  const inspector = await createInspector();
  expect((await inspector.inspect({ contentType: EVENTS, body: stream })).verdict).toBe("pass");
  const hostile = stream.replace("see", "<script>alert(1)</script>");
  const verdict = await inspector.inspect({ contentType: EVENTS, body: hostile });
  expect([verdict.verdict, Buffer.from(verdict.body).toString()]).toEqual(["sanitized", stream.replace("see", "")]);
  await inspector.close();
});

it("data nested so deeply that it cannot be parsed has its depth told", () => {
  const { detections } = decoded(`data: ${"[".repeat(100_000)}${"]".repeat(100_000)}\n\n`, EVENTS);
  expect(detections).toMatchObject([{ category: "limits", rule: "lazaret/limits/depth" }]);
});
