/** What is wrong with a message; the answer has this status and the connection ends. */
export class IcapError extends Error {
  readonly status: number;

  /** `status`: an ICAP status code, 400 for what cannot be understood. */
  constructor(status: number, message: string) {
    super(message);
    this.name = "IcapError";
    this.status = status;
  }
}

/** A message that breaks the framing, or is larger than allowed. */
export function malformed(message: string): IcapError {
  return new IcapError(400, message);
}
