/** Entries of the list of named properties (MS-OXMSG, section 2.2.3.1.2), which messages inside share. */
export const NAMED_PROPERTIES = "__nameid_version1.0/__substg1.0_00030102";

/** Properties by which a message brings its own form (MS-OXPROPS, by their long identifiers), and what they are to people. */
const FORM_PARTS: ReadonlyMap<number, string> = new Map([
  [0x850f, "custom form"],
  [0x8513, "custom form page"],
  [0x851b, "custom form field"],
  [0x8540, "custom form field"],
  [0x8541, "form script"],
]);

/** Identifiers of the properties that make up a form with its script, each with its noun. */
export function formProperties(names: Buffer = Buffer.alloc(0)): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (let at = 0; at + 8 <= names.length; at += 8) {
    const isNumber = (names.readUInt16LE(at + 4) & 1) === 0;
    const noun = isNumber ? FORM_PARTS.get(names.readUInt32LE(at)) : undefined;
    if (noun !== undefined) found.set(0x8000 + names.readUInt16LE(at + 6), noun);
  }
  return found;
}
