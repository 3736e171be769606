/** A record of a stream: its type and what it holds. */
interface RecordOfStream {
  readonly type: number;
  readonly data: Buffer;
}

/** The records of a workbook's stream (MS-XLS, 2.1.4): type and length in two bytes each. */
export function* recordsOfBiff(stream: Buffer): Generator<RecordOfStream> {
  for (let at = 0; at + 4 <= stream.length;) {
    const end = at + 4 + stream.readUInt16LE(at + 2);
    yield { type: stream.readUInt16LE(at), data: stream.subarray(at + 4, end) };
    at = end;
  }
}

/** The records of a presentation's stream (MS-PPT, 2.3.1), those in containers after their container. */
export function* recordsOfPowerPoint(stream: Buffer): Generator<RecordOfStream> {
  for (let at = 0; at + 8 <= stream.length;) {
    const isContainer = (stream.readUInt16LE(at) & 0x0f) === 0x0f;
    const end = at + 8 + stream.readUInt32LE(at + 4);
    yield { type: stream.readUInt16LE(at + 2), data: stream.subarray(at + 8, end) };
    at = isContainer ? at + 8 : end;
  }
}
