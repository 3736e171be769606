/** An address that cannot be listened on. */
class ListenError extends Error {
  readonly code: string;

  constructor(message: string, code: string, cause: Error) {
    super(message, { cause });
    this.code = code;
  }
}

/** Whether another program has the address. */
export function isTaken(error: unknown): boolean {
  return error instanceof ListenError && error.code === "EADDRINUSE";
}

/** Why an address cannot be listened on, by the system's code. */
const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "is taken by another program; end that one, or name another port (0 picks a free one)",
  EADDRNOTAVAIL: "is no address of this machine",
  EACCES: "may not be listened on by this user; name a port above 1023",
  ENOTFOUND: "is a name that no address is known for",
};

/** Opens a listener; what keeps it from listening is said with the key of the configuration that names its address. */
export async function listening<Opened>(file: string, key: string, open: () => Promise<Opened>): Promise<Opened> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    const code = String(error.code);
    const reason = REASONS[code];
    if (reason === undefined) throw error;
    throw new ListenError(`${file}: ${key}: ${addressOf(error)} ${reason}`, code, error);
  }
}

/** Of a failed `listen` (with a port), or of a look-up before it (with a name). */
function addressOf(error: Error): string {
  if ("address" in error && "port" in error) return `${String(error.address)}:${String(error.port)}`;
  return "hostname" in error ? String(error.hostname) : "the address";
}
