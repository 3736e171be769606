declare module "seek-bzip" {
  const bunzip: {
    /** Decompresses one stream of BZIP2 data. Throws `TypeError` for what is none. */
    decode(
      input: {
        readByte(): number;
        read(buffer: Uint8Array, offset: number, length: number): number;
        eof(): boolean;
      },
      output: { writeByte(byte: number): void },
      multistream: boolean,
    ): void;
  };
  export default bunzip;
}
