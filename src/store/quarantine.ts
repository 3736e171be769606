import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Marks an encrypted file; what follows: nonce, authentication tag, ciphertext. */
const MAGIC = Buffer.from("LZQ1");
const NONCE = 12;
const TAG = 16;
/** A file that no incident names for so long, in milliseconds, was left by a crash. */
const ORPHANED = 3_600_000;

/** Quarantined bytes as files of a folder, one an incident, encrypted where there is a key. */
export class BlobFolder {
  readonly #folder: string;
  readonly #key: Buffer | undefined;

  constructor(folder: string, key: Buffer | undefined) {
    this.#folder = folder;
    this.#key = key;
  }

  /** Writes a blob whole or not at all. */
  async write(id: string, bytes: Uint8Array): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const path = this.#path(id);
    const draft = `${path}.${randomBytes(4).toString("hex")}.part`;
    await writeFile(draft, this.#key === undefined ? bytes : encrypt(bytes, this.#key, id), { mode: 0o600 });
    await rename(draft, path);
  }

  /** The bytes of a blob, or undefined where there is none. Rejects where they cannot be decrypted. */
  async read(id: string): Promise<Uint8Array | undefined> {
    try {
      const stored = await readFile(this.#path(id));
      return stored.subarray(0, MAGIC.length).equals(MAGIC) ? this.#decrypt(stored, id) : stored;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    }
  }

  async remove(id: string): Promise<void> {
    await rm(this.#path(id), { force: true });
  }

  /** Removes files that a crash left: drafts, and blobs that no incident knows. */
  async removeOrphans(isKnown: (id: string) => boolean, now: number): Promise<void> {
    for (const name of await readdir(this.#folder).catch((): string[] => [])) {
      if (isKnown(name)) continue;
      const path = join(this.#folder, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: now }));
      if (now - mtimeMs > ORPHANED) await rm(path, { force: true });
    }
  }

  #decrypt(stored: Buffer, id: string): Uint8Array {
    if (this.#key === undefined)
      throw new Error("these bytes are encrypted: set quarantine.key to the key they were stored with");
    return decrypt(stored, this.#key, id);
  }

  #path(id: string): string {
    if (!/^[0-9a-f-]{36}$/.test(id)) throw new RangeError("an incident id is a UUID");
    return join(this.#folder, id);
  }
}

/** A 32-byte key from 64 hexadecimal digits, base64, or a passphrase (scrypt, RFC 7914). */
export function quarantineKey(text: string): Buffer {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, "hex");
  if (/^[A-Za-z0-9+/]{43}=$/.test(text)) return Buffer.from(text, "base64");
  return scryptSync(text, "lazaret quarantine", 32);
}

function encrypt(bytes: Uint8Array, key: Buffer, id: string): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(Buffer.from(id));
  const content = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return Buffer.concat([MAGIC, nonce, cipher.getAuthTag(), content]);
}

function decrypt(stored: Buffer, key: Buffer, id: string): Buffer {
  const from = MAGIC.length;
  const decipher = createDecipheriv("aes-256-gcm", key, stored.subarray(from, from + NONCE));
  decipher.setAAD(Buffer.from(id));
  decipher.setAuthTag(stored.subarray(from + NONCE, from + NONCE + TAG));
  return Buffer.concat([decipher.update(stored.subarray(from + NONCE + TAG)), decipher.final()]);
}
