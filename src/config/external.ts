import type { Configuration } from "./config-types.ts";
import { parseDuration, parseSize } from "./units.ts";

/** Programs that files may be handed to, and what a run of one may cost. */
interface Programs {
  readonly pdftoppm: string | undefined;
  readonly soffice: string | undefined;
  readonly qpdf: string | undefined;
  /** Bytes of address space. */
  readonly memory: number;
  /** Milliseconds. */
  readonly time: number;
}

/** The external programs of a configuration: none where it names none. */
export function resolveExternal({ external = {} }: Configuration): Programs {
  const { pdftoppm, soffice, qpdf, memory = "2GiB", time = "30s" } = external;
  return { pdftoppm, soffice, qpdf, memory: parseSize(memory), time: parseDuration(time) };
}
