import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { partsOf } from "../../src/core/part.ts";
import { createInspector } from "../../src/index.ts";
import { EICAR } from "../support/clamd.ts";
import { decoded, leavesOf } from "../support/decoded.ts";

const TYPE = 'multipart/mixed; boundary="b 1"';
const inspector = await createInspector();

async function inspect(body: string | Uint8Array, contentType = TYPE) {
  const verdict = await inspector.inspect({ contentType, body });
  return { verdict: verdict.verdict, text: Buffer.from(verdict.body).toString("latin1"), findings: verdict.findings };
}

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

function message(...parts: readonly (readonly [head: string, content: string | Buffer])[]): Buffer {
  const pieces = parts.flatMap(([head, content]) => [
    Buffer.from(`--b 1\r\n${head}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from("\r\n"),
  ]);
  return Buffer.concat([...pieces, Buffer.from("--b 1--\r\n")]);
}

describe("multipart", () => {
  it("takes its parts apart by their own types and transfer encodings", () => {
    const { part } = decoded(
      message(
        ["Content-Type: application/json", '{"a":"b"}'],
        ["Content-Type: image/png", PNG],
        [
          "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64",
          Buffer.from("hello there").toString("base64"),
        ],
        [
          "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable",
          "caf=C3=A9 =\r\nnow",
        ],
      ),
      TYPE,
    );
    expect(part.children.map((child) => [child.label, child.format])).toEqual([
      ["part 1", "json"],
      ["part 2", "image"],
      ["part 3", "text"],
      ["part 4", "text"],
    ]);
    expect(part.children.slice(2).flatMap((child) => leavesOf(child).map(([, , value]) => value))).toEqual([
      "hello there",
      "caf\u00e9 now",
    ]);
  });

  it("that is clean passes as it came, binary content included", async () => {
    const body = message(["Content-Type: image/png", PNG], ['Content-Disposition: form-data; name="a"', "x"]);
    expect(await inspect(body)).toMatchObject({ verdict: "pass", text: body.toString("latin1") });
  });

  it("is sanitized inside the part concerned, in its own encoding", async () => {
    const attack = "<script>alert(1)</script>";
    const body = message(
      ["Content-Type: application/json", `{"a":"${attack}","b":1}`],
      [
        "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64",
        Buffer.from("x' OR '1'='1' --\nkept").toString("base64"),
      ],
      ["Content-Type: image/png", PNG],
    );
    const { verdict, text } = await inspect(body);
    expect([verdict, text]).toEqual([
      "sanitized",
      message(
        ["Content-Type: application/json", '{"a":"[removed by lazaret]","b":1}'],
        [
          "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64",
          Buffer.from("[removed by lazaret]\nkept").toString("base64"),
        ],
        ["Content-Type: image/png", PNG],
      ).toString("latin1"),
    ]);
  });

  it("hides nothing: malware in a part, attacks in part headers and outside of the parts are found", async () => {
    const malware = await inspect(
      message(["Content-Transfer-Encoding: base64", Buffer.from(EICAR).toString("base64")]),
    );
    expect(malware.findings).toMatchObject([{ category: "malware", location: { part: "body > part 1" } }]);
    const name = await inspect(message(['Content-Disposition: attachment; filename="../../etc/passwd"', "x"]));
    expect([name.verdict, name.findings[0]?.category]).toEqual(["sanitized", "header"]);
    const epilogue = await inspect(Buffer.concat([message(["X: y", "x"]), Buffer.from("<script>alert(1)</script>")]));
    expect(epilogue.findings[0]?.location.part).toBe("body > epilogue");
  });

  it.each([
    ["no boundary", "multipart/mixed", "--b 1\r\n\r\nx\r\n--b 1--"],
    ["no closing delimiter", TYPE, "--b 1\r\n\r\nx\r\n"],
    ["no delimiter", TYPE, "x"],
  ])("with %s is malformed", async (_name, contentType, body) => {
    expect((await inspect(body, contentType)).findings).toMatchObject([{ rule: "lazaret/malformed/multipart" }]);
  });
});

it("whatever the bytes: no crash, and every byte belongs to a delimiter, a header or a part", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "--b 1\r\n",
      "--b 1--",
      "\r\n",
      "\n",
      "\r\n\r\n",
      "Content-Type: text/html",
      "Content-Transfer-Encoding: base64",
      ": ",
      "--",
    ),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const { part } = decoded(pieces.join(""), TYPE);
      for (const child of partsOf(part)) expect(child.bytes.length).toBeLessThanOrEqual(pieces.join("").length * 3 + 3);
      const spans = part.children.map(({ carrier }) => (carrier.kind === "span" ? carrier.span : { start: 0, end: 0 }));
      spans.forEach(({ start, end }, i) => {
        expect(start).toBeLessThanOrEqual(end);
        expect(start).toBeGreaterThanOrEqual(spans[i - 1]?.end ?? 0);
      });
    }),
  );
});
