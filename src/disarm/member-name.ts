/** Segments that lead out of the folder, drive letters, controls, and names that are no name. */
const UNSAFE = /^(?:[\\/]|[A-Za-z]:)|(?:^|[\\/])\.\.(?:[\\/]|$)|[\x00-\x1f\x7f]|^$/;
/** Files that Windows runs at a double click, whatever they hold; source code has other names. */
const RUNS =
  /\.(?:exe|com|scr|pif|cpl|msi|msp|lnk|url|scf|hta|jse|vbs|vbe|wsf|wsh|bat|cmd|reg|chm|appref-ms|settingcontent-ms|library-ms|search-ms|xll|iqy|slk|one|onepkg)[. ]*$/i;

/**
 * Why a member of an archive goes by its name alone, as a noun: unpacking it could write outside its folder (Zip Slip), or opening
 * it runs it. Undefined where its content decides.
 */
export function nameToGo(name: string): string | undefined {
  if (UNSAFE.test(name)) return "unsafe path";
  return RUNS.test(name) ? "program or shortcut" : undefined;
}
