/** Of a configuration that names no programs of other kinds. */
export const NO_PROGRAMS = { pdftoppm: undefined, soffice: undefined, qpdf: undefined, memory: 0, time: 0 };
