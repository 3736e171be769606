/**
 * Installs the real programs that the tests talk to. As root on Debian it runs apt and says so; elsewhere it names what
 * is missing, and the tests that need it skip loudly. In CI (`CI` set) a peer that is missing afterwards is a failure.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

interface Peer {
  readonly what: string;
  /** A file that is there once the package is. */
  readonly file: string;
  readonly packages: readonly string[];
}

const PEERS: readonly Peer[] = [
  { what: "clamd", file: "/usr/sbin/clamd", packages: ["clamav-daemon"] },
  { what: "ClamAV's test files", file: "/usr/share/clamav-testfiles", packages: ["clamav-testfiles"] },
  { what: "openssl", file: "/usr/bin/openssl", packages: ["openssl"] },
];

const missing = (): readonly Peer[] => PEERS.filter(({ file }) => !existsSync(file));

function aptInstall(packages: readonly string[]): void {
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...words: string[]): void => {
    execFileSync("apt-get", words, { env: environment, stdio: ["ignore", "ignore", "inherit"] });
  };
  apt("update", "-q");
  apt("install", "-y", "-q", "--no-install-recommends", ...packages);
}

const wanted = missing().flatMap(({ packages }) => packages);
if (wanted.length > 0 && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
  console.log(`tests: installing with apt-get: ${wanted.join(" ")}`);
  try {
    aptInstall(wanted);
  } catch (error) {
    console.error(`tests: apt-get failed: ${String(error)}`);
  }
}
for (const { what, packages } of missing())
  console.error(`tests: ${what} is MISSING (Debian: apt-get install ${packages.join(" ")}); tests that need it skip`);
if (process.env["CI"] !== undefined && missing().length > 0) process.exitCode = 1;
