import { execFileSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "./vendor.ts";

/** Files (PEM) of an authority and of a certificate of its own for some names. */
export interface TestCertificates {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** Makes an authority and, signed by it, a certificate for `localhost` and 127.0.0.1. */
export function testCertificates(): TestCertificates {
  const folder = temporaryFolder();
  // Peers that give up their rights read them too.
  chmodSync(folder, 0o755);
  const at = (name: string): string => join(folder, name);
  const openssl = (...words: string[]): void => void execFileSync("openssl", words, { stdio: "ignore" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...key, "-keyout", at("ca.key"), "-out", at("ca.pem"), "-days", "30", "-subj", "/CN=Test CA");
  openssl("req", ...key, "-keyout", at("own.key"), "-out", at("own.csr"), "-subj", "/CN=localhost");
  writeFileSync(at("own.ext"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
  const signing = ["-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial", "-extfile", at("own.ext")];
  openssl("x509", "-req", "-in", at("own.csr"), ...signing, "-out", at("own.pem"), "-days", "30");
  return { authority: at("ca.pem"), certificate: at("own.pem"), key: at("own.key") };
}
