import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A document of one empty page; `catalog`, `page` and `trailer` add entries, `objects` are numbered from 4. */
export function pdfOf(parts: {
  catalog?: string;
  page?: string;
  trailer?: string;
  objects?: readonly string[];
}): Buffer {
  const bodies = [
    `<< /Type /Catalog /Pages 2 0 R ${parts.catalog ?? ""} >>`,
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] ${parts.page ?? ""} >>`,
    ...(parts.objects ?? []),
  ];
  let text = "%PDF-1.7\n";
  const offsets = bodies.map((body, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return `${String(offset).padStart(10, "0")} 00000 n \n`;
  });
  const size = bodies.length + 1;
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R ${parts.trailer ?? ""} >>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(`${text}xref\n0 ${size}\n0000000000 65535 f \n${offsets.join("")}${trailer}`, "latin1");
}

/** What must not survive, as qpdf spells it. */
const ACTIVE =
  "JavaScript JS OpenAction AA Launch SubmitForm ImportData GoToR GoToE EmbeddedFile EmbeddedFiles EF RichMedia 3D Movie Sound Rendition XFA Metadata Encrypt FileAttachment".split(
    " ",
  );

/** What acts in a document, of all names in it that qpdf sees. */
export function activeInPdf(pdf: Uint8Array): string[] {
  const names = namesByQpdf(pdf);
  return ACTIVE.filter((name) => names.has(`/${name}`));
}

/** Every key and name of every object, object streams opened, as qpdf reads the file. */
export function namesByQpdf(pdf: Uint8Array): Set<string> {
  const names = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value === "string" && value.startsWith("/")) names.add(value);
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key.startsWith("/")) names.add(key);
      collect(inner);
    }
  };
  withFile(pdf, (file) => {
    // It warns of what it could repair.
    const { stdout } = spawnSync("qpdf", ["--json=2", "--json-key=qpdf", file], { maxBuffer: 1 << 28 });
    collect(JSON.parse(stdout.toString()));
  });
  return names;
}

/** What `qpdf --check` has to say against a file. */
export function complaintsOfQpdf(pdf: Uint8Array): string {
  return withFile(pdf, (file) => {
    const { status, stdout, stderr } = spawnSync("qpdf", ["--check", file]);
    return status === 0 ? "" : `${stdout.toString()}${stderr.toString()}`;
  });
}

/** Pages as poppler draws them at 40 dots per inch, at most `most`; undefined where it draws none. */
export function drawnByPoppler(pdf: Uint8Array, most = 3): readonly Buffer[] | undefined {
  return withFile(pdf, (file, folder) => {
    spawnSync("pdftoppm", ["-r", "40", "-l", String(most), file, join(folder, "page")], { timeout: 20_000 });
    const pages = readdirSync(folder).filter((name) => name.endsWith(".ppm"));
    return pages.length === 0 ? undefined : pages.toSorted().map((name) => readFileSync(join(folder, name)));
  });
}

/** The largest share of bytes that differ between pages as drawn; 1 where a page is missing or has another size. */
export function differingShare(before: readonly Buffer[], after: readonly Buffer[]): number {
  const shares = before.map((page, index) => {
    const other = after[index];
    if (other?.length !== page.length) return 1;
    return page.reduce((count, byte, at) => count + (byte === other[at] ? 0 : 1), 0) / page.length;
  });
  return Math.max(...shares);
}

/** Number of pages as poppler counts them. */
export function pagesByPoppler(pdf: Uint8Array): number {
  return withFile(pdf, (file) => Number(/^Pages:\s+(\d+)/m.exec(spawnSync("pdfinfo", [file]).stdout.toString())?.[1]));
}

function withFile<T>(bytes: Uint8Array, use: (file: string, folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "lazaret-pdf-"));
  try {
    const file = join(folder, "in.pdf");
    writeFileSync(file, bytes);
    return use(file, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
