import { extname } from "node:path";

/** Media types of files that have no signature, by extension. */
const TYPES: Readonly<Record<string, string>> = {
  ".json": "application/json",
  ".ndjson": "application/x-ndjson",
  ".jsonl": "application/x-ndjson",
  ".html": "text/html",
  ".htm": "text/html",
  ".xml": "application/xml",
  ".svg": "image/svg+xml",
  ".csv": "text/csv",
  ".tsv": "text/tab-separated-values",
  ".yaml": "application/yaml",
  ".yml": "application/yaml",
  ".txt": "text/plain",
  ".md": "text/markdown",
  ".eml": "message/rfc822",
  ".mht": "message/rfc822",
  ".mhtml": "message/rfc822",
};

/** The media type that a file's name suggests, or undefined: then its content alone decides. */
export function typeOfName(path: string): string | undefined {
  return TYPES[extname(path).toLowerCase()];
}
