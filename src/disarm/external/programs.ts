/** Programs of other projects that parse files for Lazaret, each absent where the configuration does not name it. */
export interface ExternalPrograms {
  /** Poppler's `pdftoppm`: draws pages. */
  readonly pdftoppm: string | undefined;
  /** LibreOffice: turns office documents into PDF. */
  readonly soffice: string | undefined;
  /** qpdf: mends damaged PDF. */
  readonly qpdf: string | undefined;
  /** Bytes of address space that one of them may use. */
  readonly memory: number;
  /** Milliseconds that one run may take, within the time of the exchange. */
  readonly time: number;
}

/** Keys of `external` that name programs. */
export const PROGRAMS = ["pdftoppm", "soffice", "qpdf"] as const;
