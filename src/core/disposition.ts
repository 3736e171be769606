const PARAMETER = /;\s*(filename\*?)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)/gi;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
/** An ending that opens as a document before one that runs: `invoice.pdf.exe`. */
const DOUBLE_EXTENSION =
  /\.(?:pdf|docx?|xlsx?|pptx?|txt|csv|png|jpe?g|gif|zip|html?|mp[34])[\s._]*\.(?:exe|scr|com|bat|cmd|ps1|vbs|js|jse|hta|lnk|msi|dll|jar|sh|php\d?|jspx?|aspx?|pif|cpl|wsf)$/i;

/** What a file name turns into where it is stored: `%2e%2e%2f` is `../` after one decoding too many. */
function decodedName(raw: string): string {
  let name = raw;
  for (let round = 0; round < 2 && name.includes("%"); round++) {
    try {
      name = decodeURIComponent(name);
    } catch {
      break;
    }
  }
  return name;
}

/** Whether a file name leaves its folder, hides what it is, or is no name that every file system takes. */
export function isHostileName(name: string): boolean {
  return (
    /[/\\\0]/.test(name) ||
    /^\.{1,2}$/.test(name) ||
    /^[a-z]:/i.test(name) ||
    name.search(INVISIBLE) >= 0 ||
    DEVICE.test(name) ||
    DOUBLE_EXTENSION.test(name) ||
    name.length > 255
  );
}

/** The last step of the name, in characters that every file system and parser reads alike. */
export function safeName(name: string): string {
  const last = name.split(/[/\\\0]/).findLast((step) => step.replaceAll(INVISIBLE, "").trim() !== "") ?? "";
  const plain = last
    .normalize("NFKC")
    .replaceAll(INVISIBLE, "")
    .replaceAll(/[^\p{L}\p{N}._ -]/gu, "_")
    .replace(/^[.\s]+/, "")
    .slice(-120);
  const named = plain === "" || DEVICE.test(plain) ? `download${plain === "" ? "" : `_${plain}`}` : plain;
  return DOUBLE_EXTENSION.test(named) ? `${named.replaceAll(".", "_")}.bin` : named;
}

interface FileName {
  readonly extended: boolean;
  readonly name: string;
}

function fileNames(value: string): FileName[] {
  return [...value.matchAll(PARAMETER)].map(([, parameter = "", written = ""]) => {
    const extended = parameter.endsWith("*");
    const bare = written
      .trim()
      .replace(/^"(.*)"$/s, "$1")
      .replaceAll(/\\(.)/gs, "$1");
    return { extended, name: decodedName(extended ? bare.replace(/^[^']*'[^']*'/, "") : bare) };
  });
}

/** The file name of a `Content-Disposition` value that leaves its folder or hides what it is, and a value that does neither. */
export interface HostileDisposition {
  readonly name: string;
  readonly safe: string;
}

/** Looks for file names that leave their folder, hide what they are, or that parsers read differently (RFC 6266, section 4.3). */
export function hostileDisposition(value: string): HostileDisposition | undefined {
  const names = fileNames(value);
  const hostile = names.find((file) => isHostileName(file.name));
  if (hostile === undefined) return undefined;
  const type = /^\s*([a-z-]+)/i.exec(value)?.[1]?.toLowerCase() === "inline" ? "inline" : "attachment";
  const safe = safeName(names.findLast((file) => file.extended)?.name ?? hostile.name);
  const ascii = safe.replaceAll(/[^\x20-\x7e]/g, "_");
  const extended = ascii === safe ? "" : `; filename*=UTF-8''${encodeURIComponent(safe)}`;
  return { name: hostile.name, safe: `${type}; filename="${ascii}"${extended}` };
}
