import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { type Configuration, createInspector } from "../../src/index.ts";
import { packed } from "../support/archives.ts";
import { filesCorpus } from "../support/files-corpus.ts";
import { rulesOf } from "../support/inspected.ts";

type Disarm = NonNullable<NonNullable<Configuration["policy"]>["disarm"]>;

async function verdictUnder(disarm: Disarm, body: Uint8Array) {
  const inspector = await createInspector({ policy: { disarm, antivirus: { engines: [] } } });
  const verdict = await inspector.inspect({ body });
  await inspector.close();
  return verdict;
}

const image = await sharp({ create: { width: 2, height: 2, channels: 3, background: "red" } })
  .withExif({ IFD0: { Copyright: "x" } })
  .jpeg()
  .toBuffer();
const [office] = filesCorpus("ooxml").flatMap(({ file, bytes }) => (file.endsWith("SimpleMacro.docm") ? [bytes] : []));
const document = office ?? Buffer.alloc(0);
const archive = packed({ "a.jpg": image, "b.docm": document }, "x.zip", "zip", "-q");
const locked = packed({ "a.jpg": image }, "x.zip", "zip", "-q", "-P", "secret");

describe("policy.disarm", () => {
  it("rebuilds by default", async () => {
    for (const body of [image, document, archive]) expect((await verdictUnder({}, body)).verdict).toBe("sanitized");
  });

  it.each([
    ["image", image],
    ["office", document],
    ["archive", archive],
  ] as const)("allows %s files as they are, or blocks them, where it says so", async (key, body) => {
    const allowed = await verdictUnder({ [key]: "allow" }, body);
    expect([allowed.verdict, allowed.body === body, allowed.findings]).toEqual(["pass", true, []]);
    const blocked = await verdictUnder({ [key]: "block" }, body);
    expect([blocked.verdict, ...rulesOf(blocked)]).toEqual(["blocked", expect.stringMatching(/^lazaret\/disarm\//)]);
    expect(blocked.findings[0]?.message).toContain(`policy.disarm.${key}`);
  });

  it("holds for the files in files", async () => {
    expect(rulesOf(await verdictUnder({ office: "block" }, archive))).toContain("lazaret/disarm/ooxml");
    expect(rulesOf(await verdictUnder({ image: "allow" }, archive))).toEqual(["lazaret/disarm/ooxml"]);
  });

  it("blocks what is encrypted, or says only that it is", async () => {
    expect((await verdictUnder({}, locked)).verdict).toBe("blocked");
    const allowed = await verdictUnder({ encrypted: "allow" }, locked);
    expect(allowed).toMatchObject({
      verdict: "pass",
      findings: [{ rule: "lazaret/unscannable/encrypted", action: "report" }],
    });
  });

  it("lets only the types through that it names, inside of archives too", async () => {
    const types = (...names: string[]): Disarm => ({ types: names });
    expect((await verdictUnder(types("image/*"), image)).verdict).toBe("sanitized");
    expect(rulesOf(await verdictUnder(types("image/png"), image))).toContain("lazaret/disarm/type");
    expect(rulesOf(await verdictUnder(types("application/zip", "image/*"), archive))).toContain("lazaret/disarm/type");
    const word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    expect((await verdictUnder(types("application/zip", "image/*", word), archive)).verdict).toBe("sanitized");
  });

  it("is a vendor's own, and its actions are the category's", async () => {
    const inspector = await createInspector({
      policy: { antivirus: { engines: [] }, on: { "active-content": "report" } },
      vendors: { v: { upstream: "https://v.example", policy: { disarm: { image: "block" } } } },
    });
    expect(await inspector.inspect({ body: image })).toMatchObject({
      verdict: "pass",
      findings: [{ action: "report" }],
    });
    expect((await inspector.inspect({ vendor: "v", body: image })).verdict).toBe("pass");
    const blocking = await createInspector({
      policy: { antivirus: { engines: [] }, on: { "active-content": "block" } },
    });
    expect((await blocking.inspect({ body: image })).verdict).toBe("blocked");
    await Promise.all([inspector.close(), blocking.close()]);
  });

  it("drops a member that cannot be made safe where policy says to sanitize what is unscannable", async () => {
    const inspector = await createInspector({
      policy: { antivirus: { engines: [] }, on: { unscannable: "sanitize" } },
    });
    const body = packed(
      { "good.txt": "hello", "bad.bin": Buffer.from("00017f9900ff00ee", "hex") },
      "x.zip",
      "zip",
      "-q",
    );
    const verdict = await inspector.inspect({ body });
    expect(verdict.verdict).toBe("sanitized");
    expect(Buffer.from(verdict.body).includes("bad.bin")).toBe(false);
    expect(Buffer.from(verdict.body).includes("good.txt")).toBe(true);
    expect(verdict.changes.map(({ location, after }) => [location.part, after])).toContainEqual([
      "body > bad.bin",
      undefined,
    ]);
    await inspector.close();
  });
});
