/** Text as the content of an XML element. */
export function escapedText(text: string): string {
  if (!/[&<>\r]/.test(text)) return text;
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\r", "&#13;");
}

/** Text as the value of an XML attribute between double quotes. */
export function escapedAttribute(text: string): string {
  if (!/[&<>"\t\n\r]/.test(text)) return text;
  return escapedText(text)
    .replaceAll('"', "&quot;")
    .replaceAll(/[\t\n]/g, (character) => `&#${character.charCodeAt(0)};`);
}
