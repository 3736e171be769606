/**
 * Installs the real programs that the tests talk to. As root on Debian it runs apt and says so; elsewhere it names what
 * is missing, and the tests that need it skip loudly. In CI (`CI` set) a peer that is missing afterwards is a failure.
 */
import { execFileSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";

interface Peer {
  readonly what: string;
  /** A file that is there once the package is. */
  readonly file: string;
  readonly packages: readonly string[];
  /** The service that the package would start at every boot; tests start their own. */
  readonly service?: string;
}

/** Debian asks this program whether a package may start its service. */
const SERVICE_POLICY = "/usr/sbin/policy-rc.d";

const PEERS: readonly Peer[] = [
  { what: "clamd", file: "/usr/sbin/clamd", packages: ["clamav-daemon"] },
  { what: "clamscan", file: "/usr/bin/clamscan", packages: ["clamav"] },
  { what: "ClamAV's test files", file: "/usr/share/clamav-testfiles", packages: ["clamav-testfiles"] },
  { what: "nginx", file: "/usr/sbin/nginx", packages: ["nginx"], service: "nginx" },
  {
    what: "ModSecurity",
    file: "/usr/lib/nginx/modules/ngx_http_modsecurity_module.so",
    packages: ["libnginx-mod-http-modsecurity"],
  },
  { what: "the Core Rule Set", file: "/usr/share/modsecurity-crs/rules", packages: ["modsecurity-crs"] },
  { what: "qpdf", file: "/usr/bin/qpdf", packages: ["qpdf"] },
  { what: "poppler", file: "/usr/bin/pdftoppm", packages: ["poppler-utils"] },
  { what: "unrtf", file: "/usr/bin/unrtf", packages: ["unrtf"] },
  {
    what: "msgconvert",
    file: "/usr/bin/msgconvert",
    packages: ["libemail-outlook-message-perl", "libemail-address-perl"],
  },
  { what: "zip", file: "/usr/bin/zip", packages: ["zip"] },
  { what: "unzip", file: "/usr/bin/unzip", packages: ["unzip"] },
  { what: "bzip2", file: "/usr/bin/bzip2", packages: ["bzip2"] },
  { what: "xz", file: "/usr/bin/xz", packages: ["xz-utils"] },
  { what: "zstd", file: "/usr/bin/zstd", packages: ["zstd"] },
  {
    what: "LibreOffice",
    file: "/usr/bin/soffice",
    packages: [
      "libreoffice-writer-nogui",
      "libreoffice-calc-nogui",
      "libreoffice-impress-nogui",
      "libreoffice-draw-nogui",
    ],
  },
  { what: "Chromium", file: "/usr/bin/chromium", packages: ["chromium"] },
  { what: "ExifTool", file: "/usr/bin/exiftool", packages: ["libimage-exiftool-perl"] },
  { what: "Archive::Zip for ExifTool", file: "/usr/share/perl5/Archive/Zip.pm", packages: ["libarchive-zip-perl"] },
  { what: "Squid", file: "/usr/sbin/squid", packages: ["squid-openssl"], service: "squid" },
  { what: "c-icap", file: "/usr/bin/c-icap", packages: ["c-icap"], service: "c-icap" },
  {
    what: "c-icap's virus_scan",
    file: "/etc/c-icap/virus_scan.conf",
    packages: ["libc-icap-mod-virus-scan"],
  },
  { what: "curl", file: "/usr/bin/curl", packages: ["curl"] },
  { what: "openssl", file: "/usr/bin/openssl", packages: ["openssl"] },
];

const missing = (): readonly Peer[] => PEERS.filter(({ file }) => !existsSync(file));

function aptInstall(packages: readonly string[]): void {
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...words: string[]): void => {
    execFileSync("apt-get", words, { env: environment, stdio: ["ignore", "ignore", "inherit"] });
  };
  apt("update", "-q");
  const forbids = !existsSync(SERVICE_POLICY);
  if (forbids) writeFileSync(SERVICE_POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    apt("install", "-y", "-q", "--no-install-recommends", ...packages);
  } finally {
    if (forbids) rmSync(SERVICE_POLICY);
  }
}

function disable(service: string): void {
  if (existsSync("/run/systemd/system")) execFileSync("systemctl", ["disable", "-q", service]);
}

const absent = missing();
const wanted = absent.flatMap(({ packages }) => packages);
if (wanted.length > 0 && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
  console.log(`tests: installing with apt-get: ${wanted.join(" ")}`);
  try {
    aptInstall(wanted);
    for (const { service } of absent) if (service !== undefined) disable(service);
  } catch (error) {
    console.error(`tests: apt-get failed: ${String(error)}`);
  }
}
for (const { what, packages } of missing())
  console.error(`tests: ${what} is MISSING (Debian: apt-get install ${packages.join(" ")}); tests that need it skip`);
if (process.env["CI"] !== undefined && missing().length > 0) process.exitCode = 1;
