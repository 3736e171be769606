import { escapedAttribute } from "../xml/escape.ts";
import type { Relationship } from "./relationships.ts";

/** `[Content_Types].xml` for these parts: each by its name. */
export function contentTypesXml(parts: readonly { readonly name: string; readonly contentType: string }[]): string {
  const overrides = parts.map(
    ({ name, contentType }) =>
      `<Override PartName="/${escapedAttribute(name)}" ContentType="${escapedAttribute(contentType)}"/>`,
  );
  return (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">' +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    `<Default Extension="xml" ContentType="application/xml"/>${overrides.join("")}</Types>`
  );
}

/** A `.rels` part with these relationships. */
export function relationshipsXml(relationships: readonly Relationship[]): string {
  const elements = relationships.map(({ id, fullType, target, isExternal }) => {
    const mode = isExternal ? ' TargetMode="External"' : "";
    return `<Relationship Id="${escapedAttribute(id)}" Type="${escapedAttribute(fullType)}" Target="${escapedAttribute(target)}"${mode}/>`;
  });
  return (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${elements.join("")}</Relationships>`
  );
}
