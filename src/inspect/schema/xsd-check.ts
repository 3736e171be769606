import {
  type ErrorDetail,
  ParseOption,
  XmlBufferInputProvider,
  xmlCleanupInputProvider,
  XmlDocument,
  XmlLibError,
  xmlRegisterInputProvider,
  XsdValidator,
} from "libxml2-wasm";
import type { DifferenceKind } from "../../core/difference.ts";
import type { Detection } from "../../core/finding.ts";
import type { Part } from "../../core/part.ts";
import type { ContentCheck } from "./declaration.ts";
import { differenceOf } from "./detection.ts";
import { SchemaError } from "./schema-error.ts";

/** Differences of one response that are told. */
const MOST = 100;
/** Nothing outside the document is read, whatever it names. */
const SEALED = { option: ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_XXE };

/** The text is UTF-8 by now, whatever its declaration says. */
const TRANSCODED = { option: SEALED.option | ParseOption.XML_PARSE_IGNORE_ENC };

/** What libxml2 says, in the order in which it is looked for. */
const KINDS: readonly (readonly [RegExp, DifferenceKind])[] = [
  [/\[facet '(?:enumeration)'\]/, "enum"],
  [/\[facet '(?:pattern|whiteSpace)'\]/, "format"],
  [/\[facet '/, "range"],
  [/Missing child element|required but missing/, "missing"],
  [/not expected|not allowed|No matching global/, "unknown-member"],
  [/not a valid value|is not nillable|content type|Character content/, "type"],
];

/**
 * Checks XML by an XML Schema (XSD 1.0). `sources`: the XSD files of the folder by name, which may include and import each
 * other. Throws `SchemaError` with every error of the schema.
 */
export function xsdCheck(file: string, sources: ReadonlyMap<string, Uint8Array>): ContentCheck {
  const validator = compile(file, sources);
  return (body, { budget }) => {
    if (body.format !== "xml")
      return [
        differenceOf(
          body,
          "media-type",
          "the schema of this route describes XML, and the content is not",
          body.mediaType,
          file,
        ),
      ];
    budget.checkTime();
    // What a document type declares or pulls in would be judged in its place.
    if (Buffer.from(body.source.buffer, body.source.byteOffset, body.source.length).includes("<!DOCTYPE"))
      return [differenceOf(body, "other", "a document type is not let through by a schema", "<!DOCTYPE", file)];
    return validate(validator, body, file);
  };
}

function compile(file: string, sources: ReadonlyMap<string, Uint8Array>): XsdValidator {
  xmlRegisterInputProvider(new XmlBufferInputProvider(Object.fromEntries(sources)));
  try {
    const schema = XmlDocument.fromBuffer(sources.get(file) ?? new Uint8Array(), { ...SEALED, url: file });
    try {
      return XsdValidator.fromDoc(schema);
    } finally {
      schema.dispose();
    }
  } catch (error) {
    if (!(error instanceof XmlLibError)) throw error;
    throw SchemaError.ofLines(
      error.details.map(({ message, line, file: at = file }) => `${at}:${line}: ${message.trim()}`),
    );
  } finally {
    // A response may name files by `xsi:schemaLocation`: nothing is to answer.
    xmlCleanupInputProvider();
  }
}

function validate(validator: XsdValidator, body: Part, file: string): readonly Detection[] {
  let document: XmlDocument | undefined;
  try {
    document = XmlDocument.fromBuffer(body.source, TRANSCODED);
    validator.validate(document);
    return [];
  } catch (error) {
    if (!(error instanceof XmlLibError)) throw error;
    // What does not parse is the decoder's finding too, and not valid either way.
    return error.details.slice(0, MOST).map((detail) => detectionOf(detail, body, file));
  } finally {
    document?.dispose();
  }
}

function detectionOf({ message, xpath, line }: ErrorDetail, body: Part, file: string): Detection {
  const kind = KINDS.find(([pattern]) => pattern.test(message))?.[1] ?? "other";
  const [, value = ""] = /'([^']*)' is not|value '([^']*)'/.exec(message) ?? [];
  return {
    ...differenceOf(body, kind, `does not match the schema: ${message.trim()}`, value, file),
    path: xpath ?? `line ${line}`,
  };
}
