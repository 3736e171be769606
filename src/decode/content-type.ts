/** A `Content-Type` value taken apart (RFC 9110, section 8.3), all in lower case but for what it was written as. */
export interface ContentType {
  readonly mediaType: string;
  readonly charset: string | undefined;
}

/** Reads a `Content-Type` value leniently; undefined where it names no media type. */
export function parseContentType(value: string | undefined): ContentType | undefined {
  const mediaType = /^\s*([!#$%&'*+.^_`|~0-9a-z-]+\/[!#$%&'*+.^_`|~0-9a-z-]+)/i.exec(value ?? "")?.[1];
  if (mediaType === undefined) return undefined;
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(value ?? "")?.[1];
  return { mediaType: mediaType.toLowerCase(), charset: charset?.toLowerCase() };
}
