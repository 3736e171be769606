/** Fails when an installed package has a licence that is not permissive, or an install script that nobody approved. */
import { readFile } from "node:fs/promises";

const PERMISSIVE = new Set([
  "MIT",
  "MIT-0",
  "ISC",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "Apache-2.0",
  "0BSD",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "Unlicense",
  "Python-2.0",
  "PSF-2.0",
  "Zlib",
  "WTFPL",
]);

/** Packages of the toolchain alone, under terms that do not touch what is delivered. */
const TOOLS: Readonly<Record<string, string>> = {
  "node_modules/lightningcss": "MPL-2.0",
  "node_modules/caniuse-lite": "CC-BY-4.0",
};

/** libvips, the shared library beside sharp: linked, not changed, and replaceable, as its licence asks. */
const SHARED_LIBRARY = /^node_modules\/@img\/sharp-[a-z0-9-]+$/;

interface LockedPackage {
  readonly license?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

const lock: { readonly packages: Readonly<Record<string, LockedPackage>> } = JSON.parse(
  await readFile(new URL("../package-lock.json", import.meta.url), "utf8"),
);
const manifest: { readonly allowScripts?: Readonly<Record<string, boolean>> } = JSON.parse(
  await readFile(new URL("../package.json", import.meta.url), "utf8"),
);

/** `(MIT OR GPL-3.0)` is permissive when one choice is, `MIT AND ISC` when all parts are. */
function isPermissive(expression: string): boolean {
  const bare = expression.replaceAll(/[()]/g, "");
  return bare.split(" OR ").some((choice) => choice.split(" AND ").every((licence) => PERMISSIVE.has(licence.trim())));
}

const complaints = Object.entries(lock.packages).flatMap(([path, { license = "none", dev, hasInstallScript }]) => {
  if (path === "") return [];
  const tool = Object.entries(TOOLS).find(([prefix]) => path.startsWith(prefix));
  const name = path.replace(/^.*node_modules\//, "");
  const problems: string[] = [];
  const shared = SHARED_LIBRARY.test(path) && isPermissive(license.replaceAll("LGPL-3.0-or-later", "MIT"));
  if (!isPermissive(license) && !shared && !(dev === true && tool?.[1] === license))
    problems.push(`${path}: licence ${license}`);
  if (hasInstallScript === true && manifest.allowScripts?.[name] !== true && name !== "fsevents")
    problems.push(`${path}: has an install script`);
  return problems;
});
for (const complaint of complaints) console.error(complaint);
if (complaints.length > 0) process.exitCode = 1;
