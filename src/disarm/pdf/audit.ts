import { damaged, unsupported } from "../disarmer.ts";
import { isActiveName } from "./active-names.ts";
import { outlineOf } from "./outline.ts";

/**
 * A second look at what was written, which knows nothing of shapes: no name in it, outside strings and the data of streams, may
 * stand for something that acts. Throws `unsupported` where one does.
 */
export function auditPdf(bytes: Uint8Array): void {
  const { names, isSound } = outlineOf(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1"),
  );
  if (!isSound) throw damaged("the document cannot be written so that it reads the same everywhere");
  for (const name of names)
    if (isActiveName(name)) throw unsupported(`the document uses the name ${name} in a way that is not understood`);
}
