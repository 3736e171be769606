import { readFileSync } from "node:fs";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { loadConfigText } from "../../src/config/load.ts";
import { DISARMERS } from "../../src/disarm/registry.ts";
import { type Configuration, createInspector } from "../../src/index.ts";
import { listed, packed, unpacked } from "../support/archives.ts";
import { filesCorpus } from "../support/files-corpus.ts";
import { rulesOf } from "../support/inspected.ts";
import { pdfOf } from "../support/pdf.ts";
import { PACKAGE, paragraph, relationship, run, WORD, wordDocument } from "../support/word-document.ts";

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

  it("says by format what is done, before its kind", async () => {
    expect((await verdictUnder({ image: "block", formats: { jpeg: "allow" } }, image)).verdict).toBe("pass");
    const blocked = await verdictUnder({ formats: { ooxml: "block" } }, archive);
    expect(blocked.findings.map(({ message }) => message)).toContain(
      "policy.disarm.formats.ooxml blocks application/vnd.openxmlformats-officedocument",
    );
    const schema: { definitions: { disarm: { properties: { formats: { propertyNames: { enum: string[] } } } } } } =
      JSON.parse(readFileSync(new URL("../../schemas/lazaret.schema.json", import.meta.url), "utf8"));
    expect(schema.definitions.disarm.properties.formats.propertyNames.enum.toSorted()).toEqual(
      DISARMERS.map(({ name }) => name).toSorted(),
    );
    expect(() => loadConfigText("policy: { disarm: { formats: { docm: block } } }", "x.yaml", {})).toThrow(
      /policy\.disarm\.formats\.docm: expected one of jpeg/,
    );
  });

  it("takes a file out of what carries it, and blocks where that is nothing", async () => {
    const inspector = await createInspector({ policy: { disarm: { image: "strip" }, antivirus: { engines: [] } } });
    const json = await inspector.inspect({
      contentType: "application/json",
      body: JSON.stringify({ a: 1, logo: image.toString("base64"), z: [2] }),
    });
    expect(json.verdict).toBe("sanitized");
    expect(Buffer.from(json.body).toString()).toBe('{"a":1,"logo":"[removed by lazaret]","z":[2]}');
    const zip = await inspector.inspect({ body: packed({ "a.jpg": image, "b.txt": "hi" }, "x.zip", "zip", "-q") });
    expect([zip.verdict, listed(zip.body, "unzip")]).toEqual(["sanitized", ["b.txt"]]);
    expect((await inspector.inspect({ body: image })).verdict).toBe("blocked");
    await inspector.close();
  });

  it("blocks files beyond a size, wherever they are", async () => {
    expect(rulesOf(await verdictUnder({ maxSize: image.length - 1 }, image))).toContain("lazaret/disarm/size");
    const small = packed({ "a.jpg": image }, "x.zip", "zip", "-q");
    const largest = Math.max(small.length, image.length);
    expect((await verdictUnder({ maxSize: largest }, small)).verdict).toBe("sanitized");
    const finding = (await verdictUnder({ maxSize: image.length - 1 }, small)).findings.find(
      ({ location }) => location.part === "body > a.jpg",
    );
    expect(finding).toMatchObject({ category: "limits", rule: "lazaret/disarm/size", action: "block" });
  });

  it("blocks pictures beyond a number of pixels, of all frames together", async () => {
    const { width, height } = await sharp(image).metadata();
    const pixels = width * height;
    expect((await verdictUnder({ maxPixels: pixels }, image)).verdict).toBe("sanitized");
    const finding = (await verdictUnder({ maxPixels: pixels - 1 }, image)).findings.at(0);
    expect(finding).toMatchObject({
      category: "limits",
      rule: "lazaret/limits/pixels",
      action: "block",
      message: expect.stringContaining(`its ${pixels} pixels are more than policy.disarm.maxPixels`),
    });
    const frame = async (background: string): Promise<Buffer> =>
      await sharp({ create: { width: 10, height: 10, channels: 3, background } })
        .png()
        .toBuffer();
    const frames = await Promise.all(["red", "blue"].map(frame));
    const animated = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    expect((await verdictUnder({ maxPixels: 200 }, animated)).verdict).not.toBe("blocked");
    expect(rulesOf(await verdictUnder({ maxPixels: 199 }, animated))).toContain("lazaret/limits/pixels");
    const bitmap = Buffer.from(
      "Qk06AAAAAAAAADYAAAAoAAAAAQAAAAEAAAABABgAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAA////AA==",
      "base64",
    );
    expect((await verdictUnder({ maxPixels: 1 }, bitmap)).verdict).toBe("pass");
  });

  it("is a route's and a path's own, and holds for all in a string at the path", async () => {
    const inspector = await createInspector({
      policy: { antivirus: { engines: [] }, disarm: { image: "block" } },
      vendors: {
        v: {
          upstream: "https://v.example",
          routes: [{ route: "GET /pictures", disarm: { image: "allow" } }],
          paths: [
            { path: "$.logo", disarm: { image: "rebuild" } },
            { path: "$.logo.strict", disarm: { types: ["text/plain"] } },
          ],
        },
      },
    });
    const verdictOf = async (value: unknown, url = "/"): Promise<string> => {
      const contentType = "application/json";
      return (await inspector.inspect({ vendor: "v", request: { url }, contentType, body: JSON.stringify(value) }))
        .verdict;
    };
    const [picture, packedPicture] = [
      image.toString("base64"),
      packed({ "a.jpg": image }, "x.zip", "zip", "-q").toString("base64"),
    ];
    expect(await verdictOf({ other: picture })).toBe("blocked");
    expect(await verdictOf({ other: picture }, "/pictures")).toBe("pass");
    expect(await verdictOf({ logo: picture })).toBe("sanitized");
    expect(await verdictOf({ logo: packedPicture })).toBe("sanitized");
    expect(await verdictOf({ other: packedPicture })).toBe("blocked");
    expect(await verdictOf({ logo: { strict: picture } })).toBe("blocked");
    await inspector.close();
  });

  it("says what becomes of links and metadata, by vendor, route and path, wherever a file is", async () => {
    const inspector = await createInspector({
      policy: { antivirus: { engines: [] }, disarm: { metadata: "strip" } },
      vendors: {
        v: {
          upstream: "https://v.example",
          policy: { disarm: { metadata: "keep" } },
          routes: [{ route: "GET /reports", disarm: { links: "strip" } }],
          paths: [{ path: "$.report", disarm: { metadata: "strip" } }],
        },
      },
    });
    const link = "/Annots [<< /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://x.example) >> >>]";
    const pdf = pdfOf({ page: link, trailer: "/Info << /Title (T) >>" });
    const pdfIn = (name: string): string =>
      JSON.stringify({ [name]: packed({ "a.pdf": pdf }, "x.zip", "zip", "-q").toString("base64") });
    const removedBy = async (vendor: string | undefined, url: string, name: string): Promise<string[]> => {
      const exchange = {
        request: { url },
        contentType: "application/json",
        ...(vendor === undefined ? {} : { vendor }),
      };
      const verdict = await inspector.inspect({ ...exchange, body: pdfIn(name) });
      expect(verdict.verdict).toBe(verdict.findings.length === 0 ? "pass" : "sanitized");
      const again = await inspector.inspect({ ...exchange, body: verdict.body });
      expect([again.verdict, again.findings]).toEqual(["pass", []]);
      return verdict.findings.map(({ category, rule, message }) => `${category} ${rule} ${message}`);
    };
    const finding = (removed: string): string => `active-content lazaret/disarm/pdf ${removed} in application/pdf`;
    expect(await removedBy(undefined, "/", "other")).toEqual([finding("1 document property")]);
    expect(await removedBy("v", "/", "other")).toEqual([]);
    expect(await removedBy("v", "/reports", "other")).toEqual([finding("1 link")]);
    expect(await removedBy("v", "/", "report")).toEqual([finding("1 document property")]);
    expect(await removedBy("v", "/reports", "report")).toEqual([finding("1 link, 1 document property")]);
    await inspector.close();
  });

  it("holds for a document that is written anew for what changed in it", async () => {
    const inspector = await createInspector({
      policy: { antivirus: { engines: [] }, disarm: { links: "strip", metadata: "strip" } },
    });
    const linked = relationship("hyperlink", "https://x.example", "External");
    const picture = linked.replaceAll("hyperlink", "image").replace("rId9", "rId8");
    const types = { jpg: "image/jpeg", rels: "application/vnd.openxmlformats-package.relationships+xml" };
    const body = wordDocument(
      paragraph(`<w:hyperlink r:id="rId9">${run("link")}</w:hyperlink><w:blip r:embed="rId8"/>`),
      linked + picture.replace("https://x.example", "a.jpg").replace(' TargetMode="External"', ""),
      {
        "word/a.jpg": image,
        "[Content_Types].xml": `<Types xmlns="${PACKAGE}/content-types">${Object.entries(types)
          .map(([extension, type]) => `<Default Extension="${extension}" ContentType="${type}"/>`)
          .join("")}<Override PartName="/word/document.xml" ContentType="${WORD}.document.main+xml"/></Types>`,
      },
    );
    const verdict = await inspector.inspect({ body });
    expect(verdict.findings.map(({ rule, evidence }) => [rule, evidence])).toEqual([
      ["lazaret/disarm/ooxml", "1 link"],
      ["lazaret/disarm/jpeg", expect.stringContaining("EXIF")],
    ]);
    expect(unpacked(verdict.body, "word/document.xml", "unzip")).toContain(`<w:hyperlink>${run("link")}</w:hyperlink>`);
    expect(unpacked(verdict.body, "word/_rels/document.xml.rels", "unzip")).not.toContain("hyperlink");
    expect((await inspector.inspect({ body: verdict.body })).verdict).toBe("pass");
    await inspector.close();
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
