import { execFileSync } from "node:child_process";
import { gzipSync, zstdCompressSync, crc32, deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { zipBomb } from "../../src/demo/zip-bomb.ts";
import { writeZip } from "../../src/disarm/zip/write.ts";
import { writeTar } from "../../src/disarm/tar/write.ts";
import { listed, packed, unpacked } from "../support/archives.ts";
import { filesCorpus } from "../support/files-corpus.ts";
import { inspected, rulesOf, sanitized } from "../support/inspected.ts";
import { expectVerdicts } from "../support/mutated.ts";

const FILES = { "notes.txt": "hello", "pages/a.html": "<html><p>fine</p></html>" };
const HOSTILE = { ...FILES, "pages/b.html": "<html><p>fine</p><script>steal()</script></html>" };
const SAFE_PAGE = "<html><head></head><body><p>fine</p></body></html>";

const zip = (files: Record<string, Uint8Array | string>, ...words: string[]): Buffer =>
  packed(files, "x.zip", "zip", "-q", ...words);
const tar = (files: Record<string, Uint8Array | string>, ...words: string[]): Buffer =>
  packed(files, "x.tar", "tar", ...words, "-cf");

/** An archive with one member of each given name. */
const zipOf = (...names: string[]): Buffer =>
  writeZip(
    names.map((name) => ({
      nameBytes: Buffer.from(name),
      name,
      isUtf8: true,
      method: 8,
      modified: 0x5a21_0000,
      crc: crc32("hello"),
      size: 5,
      compressed: deflateRawSync("hello"),
      system: 3,
      attributes: name === "link" ? 0o120777 * 2 ** 16 : 0o100644 * 2 ** 16,
    })),
  );

const replaceBytes = (bytes: Buffer, from: string, to: string): Buffer =>
  Buffer.from(bytes.toString("latin1").replace(from, to), "latin1");

describe("ZIP", () => {
  it.each([
    ["as Info-ZIP writes it", zip(FILES)],
    ["with data descriptors", zip(FILES, "-fd")],
    ["in itself", zip({ "inner.zip": zip(FILES) })],
    [
      "with a commit for a comment",
      Buffer.concat([zipOf("a").subarray(0, -2), Buffer.of(40, 0), Buffer.from("a".repeat(40))]),
    ],
  ])("passes as it came: %s", async (_, body) => {
    const verdict = await inspected(body, "application/zip");
    expect(verdict.findings).toEqual([]);
    expect(verdict.body).toBe(body);
  });

  it("holds the disarmed member afterwards, and all others as they were", async () => {
    const safe = await sanitized(zip(HOSTILE));
    expect(unpacked(safe, "pages/b.html", "unzip")).toBe(SAFE_PAGE);
    expect(unpacked(safe, "notes.txt", "unzip")).toBe("hello");
    expect(listed(safe, "unzip")).toEqual(listed(zip(HOSTILE), "unzip"));
  });

  it("names the member in its findings", async () => {
    const { findings } = await inspected(JSON.stringify({ a: zip(HOSTILE).toString("base64") }), "application/json");
    expect(findings.map(({ location }) => location.part)).toContain("body > $.a (base64) > pages/b.html");
  });

  it("loses members that unpack outside their folder, link, or run when opened, and says how many", async () => {
    const body = zipOf(
      "good.txt",
      "../../evil",
      "/etc/cron.d/evil",
      "C:\\evil",
      "a\\..\\..\\evil",
      "link",
      "invoice.pdf.lnk",
    );
    const { findings } = await inspected(body);
    expect(findings.map(({ evidence }) => evidence)).toEqual(["4 unsafe paths, 1 link, 1 program or shortcut"]);
    expect(listed(await sanitized(body), "unzip")).toEqual(["good.txt"]);
  });

  it("loses what stands before, between and after its members", async () => {
    const body = zip(FILES);
    const trailing = Buffer.concat([body, Buffer.from("<?php system($_GET[0]);")]);
    expect(unpacked(await sanitized(trailing), "notes.txt", "unzip")).toBe("hello");
    const second = body.indexOf("PK\x03\x04", 4, "latin1");
    const between = Buffer.concat([body.subarray(0, second), Buffer.from("MZ hidden"), body.subarray(second)]);
    expect(rulesOf(await inspected(between))).toEqual(["lazaret/malformed/damaged"]);
  });

  it.each([
    ["two members of one name", zipOf("a.txt", "b.txt", "a.txt")],
    ["two spellings of one name", zipOf("d/a.txt", "d//./a.txt")],
    ["a name that differs in the local header", replaceBytes(zipOf("a.txt"), "a.txt", "b.txt")],
    ["a directory that is cut off", zipOf("a.txt", "b.txt").subarray(0, -30)],
    [
      "a checksum that is wrong",
      replaceBytes(
        replaceBytes(zipOf("a"), "\x86\xa6\x10\x36", "\x86\xa6\x10\x37"),
        "\x86\xa6\x10\x36",
        "\x86\xa6\x10\x37",
      ),
    ],
    [
      "a flag of encryption in the local header alone",
      Buffer.concat([zipOf("a").subarray(0, 6), Buffer.of(1, 8), zipOf("a").subarray(8)]),
    ],
    ["members that share their data", Buffer.from(zipBomb())],
  ])("is blocked as malformed with %s", async (_, body) => {
    expect(rulesOf(await inspected(body))).toEqual(["lazaret/malformed/damaged"]);
  });

  it("is blocked when it is encrypted, unless policy allows that", async () => {
    expect(rulesOf(await inspected(zip(FILES, "-P", "secret")))).toEqual(["lazaret/unscannable/encrypted"]);
  });

  it("is blocked as a bomb: one member, or nested ones that share one budget", async () => {
    expect(rulesOf(await inspected(zip({ zeros: Buffer.alloc(32 << 20) })))).toEqual(["lazaret/limits/ratio"]);
    const inner = zip({ a: Buffer.alloc(60 << 20, "abcdefgh0123456789"), b: "x" }, "-0");
    const nested = zip(Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`${i}.zip`, inner])), "-1");
    expect(rulesOf(await inspected(nested)).some((rule) => rule.startsWith("lazaret/limits/"))).toBe(true);
  }, 60_000);
});

describe("TAR", () => {
  it.each([
    ["GNU", tar(FILES, "--format=gnu")],
    ["POSIX", tar({ ...FILES, [`${"long/".repeat(40)}n\u00e4me.txt`]: "x" }, "--format=posix")],
    ["GNU with long names", tar({ [`${"long/".repeat(40)}name.txt`]: "x" }, "--format=gnu")],
  ])("passes as it came: %s", async (_, body) => {
    expect((await inspected(body)).findings).toEqual([]);
  });

  it("holds the disarmed member afterwards, long names and all", async () => {
    const name = `${"long/".repeat(40)}n\u00e4me.html`;
    const safe = await sanitized(tar({ ...HOSTILE, [name]: HOSTILE["pages/b.html"] }, "--format=posix"));
    expect(unpacked(safe, "pages/b.html", "tar")).toBe(SAFE_PAGE);
    expect(unpacked(safe, name, "tar")).toBe(SAFE_PAGE);
    expect(unpacked(safe, "notes.txt", "tar")).toBe("hello");
  });

  it("is blocked where one header would rename all members, and not for one that names a commit", async () => {
    const archive = tar(FILES, "--format=posix", "--pax-option=globexthdr.name=g,comment=0123abc");
    expect((await inspected(archive)).findings).toEqual([]);
    const renaming = tar(FILES, "--format=posix", "--pax-option=globexthdr.name=g,path=../evil");
    expect(rulesOf(await inspected(renaming))).toEqual(["lazaret/malformed/damaged"]);
  });

  it("loses links, devices and paths out of the folder", async () => {
    const file = { mode: 0o644, modified: 0, content: new Uint8Array() };
    const body = writeTar([
      { ...file, name: "good", type: "file" },
      { ...file, name: "../evil", type: "file" },
    ]);
    expect(listed(await sanitized(body), "tar")).toEqual(["good"]);
    const linked = execFileSync("sh", [
      "-c",
      "d=$(mktemp -d) && cd $d && ln -s /etc/passwd p && mkfifo f && echo x > g && tar cf - p f g; rm -r $d",
    ]);
    expect((await inspected(linked)).findings.map(({ evidence }) => evidence)).toEqual(["1 link, 1 special file"]);
    expect(listed(await sanitized(linked), "tar")).toEqual(["g"]);
  });

  it("is inspected inside every compression, and put back", async () => {
    const archive = tar(HOSTILE);
    const run = (program: string, input: Uint8Array, ...words: string[]): Buffer =>
      execFileSync(program, words, { input, maxBuffer: 1 << 26 });
    for (const [compressed, program] of [
      [gzipSync(archive), "gzip"],
      [run("xz", archive, "-c"), "xz"],
      [zstdCompressSync(archive), "zstd"],
    ] as const)
      expect(unpacked(run(program, await sanitized(compressed), "-dc"), "pages/b.html", "tar")).toBe(SAFE_PAGE);
    expect(rulesOf(await inspected(run("bzip2", archive, "-c")))).toContain("lazaret/not-sanitizable");
    for (const program of ["bzip2", "xz", "zstd"])
      expect(await inspected(run(program, tar(FILES), "-c"))).toMatchObject({ verdict: "pass", findings: [] });
  });
});

describe("other compressions", () => {
  it.each(["bzip2", "xz", "zstd"])(
    "%s: data after the end goes or blocks, bombs and cut off data block",
    async (program) => {
      const run = (input: Uint8Array): Buffer => execFileSync(program, ["-c"], { input, maxBuffer: 1 << 26 });
      const trailing = await inspected(Buffer.concat([run(Buffer.from("hello")), Buffer.from("MZ")]));
      expect(trailing.verdict).toBe(program === "bzip2" ? "blocked" : "sanitized");
      expect(rulesOf(await inspected(run(Buffer.alloc(48 << 20))))).toEqual(["lazaret/limits/ratio"]);
      expect(rulesOf(await inspected(run(Buffer.from("hello")).subarray(0, -3)))).toEqual([
        "lazaret/malformed/damaged",
      ]);
    },
  );

  it("hides nothing in a frame that Zstandard's programs skip", async () => {
    const skippable = Buffer.from("502a4d180400000041414141", "hex");
    const safe = await sanitized(Buffer.concat([zstdCompressSync("hello"), skippable]));
    expect(execFileSync("zstd", ["-dc"], { input: safe }).toString()).toBe("hello");
  });
});

describe("archives of the corpus", () => {
  it.each(filesCorpus("zip", "tar", "gz", "7z", "rar"))("$file ends in a verdict with a reason", async ({ bytes }) => {
    const verdict = await inspected(bytes);
    if (verdict.verdict === "sanitized") expect((await inspected(verdict.body)).verdict).toBe("pass");
    if (verdict.verdict === "blocked") expect(rulesOf(verdict).length).toBeGreaterThan(0);
  });

  it("never make the inspection fail, however they are mutated", async () => {
    const seeds = [
      zip(HOSTILE),
      tar(HOSTILE),
      execFileSync("xz", ["-c"], { input: "hello hello" }),
      execFileSync("bzip2", ["-c"], { input: "hello hello" }),
      zstdCompressSync("hello hello"),
    ];
    await expectVerdicts(seeds, 300);
  });
});
