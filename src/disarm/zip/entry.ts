/** One member of a ZIP archive as its directory describes it (APPNOTE 6.3, sections 4.3.7 and 4.3.12). */
export interface ZipEntry {
  /** The name as it is spelled. */
  readonly nameBytes: Buffer;
  /** The name as text: UTF-8 where it is valid, else Latin-1, which no two names share. */
  readonly name: string;
  readonly isUtf8: boolean;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  /** Time and date as MS-DOS counts them. */
  readonly modified: number;
  readonly crc: number;
  /** Bytes of the content. */
  readonly size: number;
  /** The content as the archive holds it. */
  readonly compressed: Buffer;
  /** The system whose attributes these are: 3 is Unix. */
  readonly system: number;
  readonly attributes: number;
}

/** Whether an entry is a folder: it has no content. */
export function isFolder({ name }: ZipEntry): boolean {
  return name.endsWith("/");
}
