/** Names that stand for something that acts, as keys or as values, wherever they occur (ISO 32000-2, 12.6 and 7.11). */
const ACTIVE_NAMES = new Set(
  "JavaScript JS Launch OpenAction AA SubmitForm ImportData GoToR GoToE EmbeddedFile EmbeddedFiles EF RF RichMedia RichMediaExecute Rendition Renditions GoTo3DView XFA Encrypt Filespec".split(
    " ",
  ),
);

/** Whether a name, escapes undone, stands for something that acts. */
export function isActiveName(name: string): boolean {
  return ACTIVE_NAMES.has(name);
}
