/** The part of clamscan 2.4 that is used here; the package brings no types. */
declare module "clamscan" {
  import type { Readable } from "node:stream";

  interface ClamdSettings {
    readonly socket?: string | false;
    readonly host?: string | false;
    readonly port?: number | false;
    /** Milliseconds. */
    readonly timeout?: number;
    readonly localFallback?: boolean;
    readonly path?: string | null;
    readonly bypassTest?: boolean;
  }

  interface ScanAnswer {
    readonly isInfected: boolean | null;
    readonly viruses: readonly string[];
    readonly resultString?: string;
  }

  export default class NodeClam {
    init(options: {
      readonly clamscan: { readonly active: boolean; readonly path: string | null };
      readonly clamdscan: ClamdSettings;
      readonly preference: string;
    }): Promise<NodeClam>;
    scanStream(stream: Readable): Promise<ScanAnswer | undefined>;
    getVersion(): Promise<string>;
  }
}
