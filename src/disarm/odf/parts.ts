import type { DisarmOptions } from "../../core/disarm-policy.ts";

/** How a part of an Open Document package is handled. */
export type PartKind = "xml" | "media" | "plain" | "signature" | "go";

/** A kind, and what it is in words where it goes. */
export interface PartUse {
  readonly kind: PartKind;
  readonly noun?: string;
}

const RASTER = /\.(?:png|jpe?g|gif|tiff?|bmp|webp|avif|svg)$/i;

/** What a document says of itself, and what that is called. */
const METADATA = [
  [/^(?:(?:Object [^/]+|[^/]*Formula[^/]*)\/)*meta\.xml$|^manifest\.rdf$/i, "metadata part"],
  [/^(?:Object [^/]+\/)*Thumbnails\//i, "thumbnail"],
] as const;

/** What a part is for, by its path (Open Document Format 1.3, part 2, section 2.2, and what LibreOffice adds). */
export function useOf(name: string, size: number, { metadata }: DisarmOptions): PartUse {
  const tells = metadata === "strip" ? METADATA.find(([pattern]) => pattern.test(name)) : undefined;
  if (tells !== undefined) return { kind: "go", noun: tells[1] };
  if (name === "mimetype" || name === "layout-cache") return { kind: "plain" };
  if (/^META-INF\/documentsignatures\.xml$/.test(name)) return { kind: "signature" };
  if (/^(?:(?:Object [^/]+|[^/]*Formula[^/]*)\/)*(?:content|styles|meta|settings)\.xml$/i.test(name))
    return { kind: "xml" };
  if (name === "META-INF/manifest.xml" || name === "manifest.rdf") return { kind: "xml" };
  if (/^(?:Basic|Scripts|Dialogs)\//i.test(name)) return { kind: "go", noun: "macro file" };
  if (/^META-INF\/macrosignatures\.xml$/i.test(name)) return { kind: "go", noun: "macro signature" };
  // LibreOffice writes empty places for what nobody has configured.
  if (/^(?:Object [^/]+\/)*Configurations2\//.test(name))
    return size === 0 ? { kind: "plain" } : { kind: "go", noun: "toolbar" };
  if (/^(?:Object [^/]+\/)*(?:Pictures|media|Thumbnails|ObjectReplacements)\//i.test(name))
    return RASTER.test(name) ? { kind: "media" } : { kind: "go", noun: "metafile" };
  if (/^(?:.*\/)?Fonts\//i.test(name)) return { kind: "go", noun: "embedded font" };
  return { kind: "go", noun: /^Object [^/]+$/.test(name) ? "embedded object" : "unknown part" };
}
