/* Generated from schemas/lazaret.schema.json by scripts/generate-config-types.ts: do not edit. */

/**
 * A value in a JSON reply and what it has to be.
 */
export type ConditionConfiguration = Condition &
  Condition1 &
  Condition &
  Condition1 &
  Condition &
  Condition1 &
  Condition &
  Condition1 &
  Condition &
  Condition1 &
  Condition &
  Condition1 &
  Condition &
  Condition1 &
  Condition &
  Condition1 &
  Condition &
  Condition1 &
  Condition &
  Condition1;
export type Condition =
  | {
      [k: string]: unknown;
    }
  | {
      [k: string]: unknown;
    }
  | {
      [k: string]: unknown;
    };

/**
 * Configuration of Lazaret. Environment variables expand as ${NAME} and ${NAME:-default} in every string.
 */
export interface Configuration {
  /**
   * Address of the gateway; port 0 picks a free one, shown in the ready line.
   */
  listen?: string;
  icap?: IcapConfiguration;
  admin?: AdminConfiguration;
  /**
   * Folder for incidents, quarantine and inventory (relative to this file).
   */
  state?: string;
  /**
   * Processes that share the work; auto is one for each core.
   */
  workers?: number | string;
  logs?: LogsConfiguration;
  /**
   * Defaults for every vendor; each key can be overridden there.
   */
  policy?: PolicyConfiguration;
  external?: ExternalConfiguration;
  /**
   * External sandbox, scanner and content disarm services by name, for policy.sandbox.
   */
  sandboxes?: {
    [k: string]: SandboxConfiguration;
  };
  /**
   * The APIs that are fronted, by the name that is the first segment of their path at the gateway.
   */
  vendors?: {
    [k: string]: VendorConfiguration;
  };
  clients?: ClientsConfiguration;
  quarantine?: QuarantineConfiguration;
  retention?: RetentionConfiguration;
}
/**
 * The ICAP service; omit to leave it out.
 */
export interface IcapConfiguration {
  /**
   * Address of the ICAP service.
   */
  listen: string;
  tls?: IcapTlsConfiguration;
  /**
   * Addresses and networks of clients; none means all that can reach the listener.
   */
  allow?: string[];
  /**
   * Connections at one time in one process; more are answered with 503. Clients are told it as `Max-Connections`.
   */
  connections?: number;
  /**
   * Exchanges in flight at one time in one process; more are answered with 503.
   */
  exchanges?: number;
  /**
   * Bytes of a body that clients are asked to send before they wait for an answer.
   */
  preview?: number;
  /**
   * How clients are taken that do not keep to RFC 3507: `strict` refuses requests without `Host`; `lenient` takes a body after `100 Continue` that ends with `0` and one CRLF for whole when nothing more comes for 200 ms, as old clients send it.
   */
  conformance?: "strict" | "usual" | "lenient";
  timeouts?: IcapTimeoutsConfiguration;
}
/**
 * Serves `icaps:`.
 */
export interface IcapTlsConfiguration {
  /**
   * Address of a second listener, for `icaps:`. Without it, `icap.listen` itself speaks TLS.
   */
  listen?: string;
  /**
   * File of the certificate and those that lead to its authority (PEM).
   */
  certificate: string;
  /**
   * File of the certificate's key (PEM).
   */
  key: string;
  /**
   * File of authorities (PEM): only clients with a certificate of theirs are served.
   */
  clients?: string;
}
/**
 * How long a client may take.
 */
export interface IcapTimeoutsConfiguration {
  /**
   * Between requests on a connection.
   */
  idle?: string | number;
  /**
   * From the first byte of a request to the end of its heads.
   */
  head?: string | number;
  /**
   * Between bytes of a body, and to take in an answer.
   */
  body?: string | number;
  /**
   * From the heads of a request to the end of its body.
   */
  exchange?: string | number;
}
/**
 * The admin listener: health, metrics, REST, console.
 */
export interface AdminConfiguration {
  /**
   * Address of the admin listener; anything but loopback needs a token.
   */
  listen?: string;
  /**
   * Bearer token that every /v1 request then needs.
   */
  token?: string;
}
/**
 * What is logged and how.
 */
export interface LogsConfiguration {
  /**
   * Least severe level that is logged.
   */
  level?: "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";
  /**
   * pretty for people, json for machines (a line each).
   */
  format?: "pretty" | "json";
}
/**
 * What is inspected and what is done about it.
 */
export interface PolicyConfiguration {
  /**
   * enforce acts on findings; monitor only records what it would have done.
   */
  mode?: "enforce" | "monitor";
  limits?: LimitsConfiguration;
  rules?: RulesConfiguration;
  timeouts?: TimeoutsConfiguration;
  antivirus?: AntivirusConfiguration;
  /**
   * Content disarm and reconstruction, by kind of content.
   */
  disarm?: DisarmConfiguration;
  /**
   * Services of sandboxes that are asked about every file of a response.
   */
  sandbox?: string[];
  /**
   * What is done about findings, by category: report, sanitize or block.
   */
  on?: Actions;
  /**
   * What is done about each kind of difference from the vendor's schemas, where it is not what on.schema says.
   */
  differences?: DifferencesConfiguration;
  /**
   * What a removed value is replaced by.
   */
  redaction?: string;
  /**
   * Hosts that a redirect may lead to beside the vendor's own; `*.example` is every host below, `*` every host that is not internal.
   */
  redirects?: string[];
}
/**
 * Budgets of one exchange; one that runs out is a finding of category limits.
 */
export interface LimitsConfiguration {
  /**
   * Size of the body as it came.
   */
  body?: string | number;
  /**
   * Size of everything that codings and containers give, over the whole part tree.
   */
  decompressed?: string | number;
  /**
   * Decompressed bytes for each compressed byte, of any one layer.
   */
  ratio?: number;
  /**
   * Nesting of values in a part, and of parts in parts.
   */
  depth?: number;
  /**
   * Scalars in the whole tree.
   */
  leaves?: number;
  /**
   * Parts in the whole tree: archive members, attachments, records.
   */
  parts?: number;
  /**
   * Pixels of one image, over all its frames.
   */
  pixels?: number;
  /**
   * Response header fields.
   */
  headers?: number;
  /**
   * Size of all response header names and values.
   */
  headerBytes?: string | number;
  /**
   * Wall-clock time of the inspection.
   */
  time?: string | number;
}
/**
 * The rule engine.
 */
export interface RulesConfiguration {
  /**
   * Paranoia level of the rules, from 1 (few false alarms) to 4 (every suspicion). 1 where neither this key nor the packs' own set-up names one.
   */
  paranoia?: number;
  /**
   * Score from which the matches on one leaf count; below, they are reported. 5 where neither this key nor the packs' own set-up names one.
   */
  threshold?: number;
  /**
   * Rule packs: names of bundled ones or folders (relative to this file).
   */
  packs?: string[];
}
/**
 * How long a vendor may take.
 */
export interface TimeoutsConfiguration {
  /**
   * Until the connection stands.
   */
  connect?: string | number;
  /**
   * Until the first response header.
   */
  response?: string | number;
  /**
   * Between bytes of a body.
   */
  idle?: string | number;
}
/**
 * Antivirus engines. With none named, clamd is used where it answers, and YARA always; a named one is required.
 */
export interface AntivirusConfiguration {
  /**
   * Engines to ask, in order: `clamd`, `yara`, the URL of an ICAP service, or an object about one; [] turns antivirus off.
   */
  engines?: (string | IcapScannerConfiguration)[];
  /**
   * Where clamd listens: HOST:PORT or the path of its socket. Without it, its usual places are tried.
   */
  clamd?: string;
  /**
   * Asks all engines about a part at the same time instead of one after the other; what any of them finds counts either way.
   */
  parallel?: boolean;
  /**
   * What is done where an engine gave no clean answer.
   */
  unavailable?: "report" | "sanitize" | "block";
  /**
   * How long one engine may take for one part.
   */
  timeout?: string | number;
  /**
   * Parts larger than this are not sent to clamd or ICAP services and count as unscannable where these are used.
   */
  maxSize?: string | number;
}
/**
 * An antivirus, sandbox or content disarm service that speaks ICAP.
 */
export interface IcapScannerConfiguration {
  /**
   * URL of the service, with `icap:` or `icaps:`.
   */
  icap: string;
  /**
   * What is done where this service gave no clean answer; `antivirus.unavailable` without it.
   */
  unavailable?: "report" | "sanitize" | "block";
  /**
   * How long this service may take for one part; `antivirus.timeout` without it.
   */
  timeout?: string | number;
  /**
   * Parts larger than this are not sent to this service; `antivirus.maxSize` without it.
   */
  maxSize?: string | number;
  /**
   * Connections at one time, for each process and each of its threads; fewer where the service says so.
   */
  connections?: number;
  /**
   * File of certificate authorities to trust instead of the system's (PEM).
   */
  ca?: string;
}
/**
 * Content disarm and reconstruction, by kind of content.
 */
export interface DisarmConfiguration {
  /**
   * HTML documents and fragments.
   */
  html?: "sanitize" | "allow" | "block";
  /**
   * PDF documents; flatten makes every page a picture (external.pdftoppm).
   */
  pdf?: "rebuild" | "flatten" | "strip" | "allow" | "block" | "quarantine";
  /**
   * Office documents; flatten makes them PDF whose pages are pictures (external.soffice and external.pdftoppm), those of old programs too.
   */
  office?: "rebuild" | "flatten" | "strip" | "allow" | "block" | "quarantine";
  /**
   * Images.
   */
  image?: "rebuild" | "strip" | "allow" | "block" | "quarantine";
  /**
   * Archives.
   */
  archive?: "recurse" | "strip" | "allow" | "block" | "quarantine";
  /**
   * Encrypted documents and archives.
   */
  encrypted?: "allow" | "block";
  /**
   * Media types of files that may be delivered, image/* for a whole family, archives and what is in them alike; any other is blocked. All may where this is left out.
   */
  types?: string[];
  /**
   * What is done about files of one format, before what is said of its kind. Formats: jpeg, png, gif, webp, tiff, avif, icon, bmp, svg, ooxml, odf, odf-flat, zip, tar, gzip, bzip2, xz, zstd, pdf, rtf, msg, ole2.
   */
  formats?: {
    /**
     * strip takes a file out of what carries it; quarantine blocks until a person releases it.
     *
     * This interface was referenced by `undefined`'s JSON-Schema definition
     * via the `patternProperty` "^(?:pdf|ooxml|odf|odf-flat|rtf|ole2)$".
     *
     * strip takes a file out of what carries it; quarantine blocks until a person releases it.
     */
    [k: string]: "rebuild" | "flatten" | "strip" | "allow" | "block" | "quarantine";
  };
  /**
   * Largest file that may be delivered, archives and what is in them alike; the limits of the exchange alone count where this is left out.
   */
  maxSize?: string | number;
  /**
   * Pixels of the largest picture that may be delivered, over all its frames; limits.pixels alone counts where this is left out.
   */
  maxPixels?: number;
  /**
   * strip takes every link to the outside out of PDF, office documents, RTF and SVG: their text and links inside them stay.
   */
  links?: "keep" | "strip";
  /**
   * strip takes out what PDF, office documents and RTF say of themselves, such as title, author, dates and previews; pictures lose theirs anyhow.
   */
  metadata?: "keep" | "strip";
}
/**
 * What is done about findings, by category.
 */
export interface Actions {
  /**
   * Findings of SQL injection.
   */
  sqli?: "report" | "sanitize" | "block";
  /**
   * Findings of cross-site scripting.
   */
  xss?: "report" | "sanitize" | "block";
  /**
   * Findings of operating system commands.
   */
  rce?: "report" | "sanitize" | "block";
  /**
   * Findings of path traversal and local file inclusion.
   */
  lfi?: "report" | "sanitize" | "block";
  /**
   * Findings of remote file inclusion.
   */
  rfi?: "report" | "sanitize" | "block";
  /**
   * Findings of PHP code.
   */
  php?: "report" | "sanitize" | "block";
  /**
   * Findings of Java expressions, Log4Shell included.
   */
  java?: "report" | "sanitize" | "block";
  /**
   * Findings of JavaScript for Node.js.
   */
  nodejs?: "report" | "sanitize" | "block";
  /**
   * Findings of server-side template injection.
   */
  ssti?: "report" | "sanitize" | "block";
  /**
   * Findings of addresses of internal services.
   */
  ssrf?: "report" | "sanitize" | "block";
  /**
   * Findings of NoSQL operators.
   */
  nosql?: "report" | "sanitize" | "block";
  /**
   * Findings of LDAP filters.
   */
  ldap?: "report" | "sanitize" | "block";
  /**
   * Findings of XPath expressions.
   */
  xpath?: "report" | "sanitize" | "block";
  /**
   * Findings of XML external entities and document types.
   */
  xxe?: "report" | "sanitize" | "block";
  /**
   * Findings of line breaks that split headers.
   */
  crlf?: "report" | "sanitize" | "block";
  /**
   * Findings of serialized objects and type hints.
   */
  deserialization?: "report" | "sanitize" | "block";
  /**
   * Findings of keys that reach object prototypes.
   */
  "prototype-pollution"?: "report" | "sanitize" | "block";
  /**
   * Findings of instructions aimed at language models.
   */
  "prompt-injection"?: "report" | "sanitize" | "block";
  /**
   * Findings of invisible and reordered characters.
   */
  "hidden-text"?: "report" | "sanitize" | "block";
  /**
   * Findings of spreadsheet formulas (in CSV itself the default is sanitize).
   */
  "csv-formula"?: "report" | "sanitize" | "block";
  /**
   * Findings of known malware.
   */
  malware?: "report" | "sanitize" | "block";
  /**
   * Findings of scripts, macros and actions inside documents.
   */
  "active-content"?: "report" | "sanitize" | "block";
  /**
   * Findings of responses that do not match their schema.
   */
  schema?: "report" | "sanitize" | "block";
  /**
   * Findings of responses over a limit.
   */
  limits?: "report" | "sanitize" | "block";
  /**
   * Findings of charsets and codings that do not hold what they say.
   */
  encoding?: "report" | "sanitize" | "block";
  /**
   * Findings of dangerous response headers.
   */
  header?: "report" | "sanitize" | "block";
  /**
   * Findings of redirects to other or internal hosts.
   */
  redirect?: "report" | "sanitize" | "block";
  /**
   * Findings of secrets and internal details.
   */
  leak?: "report" | "sanitize" | "block";
  /**
   * Findings of syntax errors, duplicate keys included.
   */
  malformed?: "report" | "sanitize" | "block";
  /**
   * Findings of content that cannot be inspected.
   */
  unscannable?: "report" | "sanitize" | "block";
}
/**
 * Actions by kind of difference from the vendor's schemas, stronger than on.schema; allow makes it no finding.
 */
export interface DifferencesConfiguration {
  /**
   * Members that no schema declares; where this is set, even those that an OpenAPI schema lets through because it says nothing of others.
   */
  "unknown-member"?: "allow" | "report" | "sanitize" | "block";
  /**
   * Values of another type.
   */
  type?: "allow" | "report" | "sanitize" | "block";
  /**
   * Numbers, lengths and counts out of range.
   */
  range?: "allow" | "report" | "sanitize" | "block";
  /**
   * Required members and header fields that are missing.
   */
  missing?: "allow" | "report" | "sanitize" | "block";
  /**
   * Values that are not among those listed.
   */
  enum?: "allow" | "report" | "sanitize" | "block";
  /**
   * Strings of another format or pattern.
   */
  format?: "allow" | "report" | "sanitize" | "block";
  /**
   * Values that fit none of several shapes, or too many.
   */
  alternative?: "allow" | "report" | "sanitize" | "block";
  /**
   * Members that are only to be sent to the vendor.
   */
  "write-only"?: "allow" | "report" | "sanitize" | "block";
  /**
   * Content of a media type that is not declared.
   */
  "media-type"?: "allow" | "report" | "sanitize" | "block";
  /**
   * Statuses that the route does not declare; allowed where this is not set.
   */
  status?: "allow" | "report" | "sanitize" | "block";
  /**
   * Routes that are not declared; allowed where this is not set.
   */
  route?: "allow" | "report" | "sanitize" | "block";
  /**
   * Whatever else differs.
   */
  other?: "allow" | "report" | "sanitize" | "block";
}
/**
 * Programs that files may be handed to; none where this is left out. Each runs with its memory and time limited, and without network where the system allows that.
 */
export interface ExternalConfiguration {
  /**
   * Poppler's program that draws pages, for flatten: a path, or a name on PATH.
   */
  pdftoppm?: string;
  /**
   * LibreOffice, which turns office documents into PDF, for flatten.
   */
  soffice?: string;
  /**
   * qpdf, which mends damaged PDF before it is rebuilt; without it such files are blocked.
   */
  qpdf?: string;
  /**
   * Address space that one run may use.
   */
  memory?: string | number;
  /**
   * How long one run may take, within limits.time of the exchange.
   */
  time?: string | number;
}
/**
 * An external sandbox, scanner or content disarm service that is asked by REST.
 */
export interface SandboxConfiguration {
  /**
   * Header fields of every request, such as keys.
   */
  headers?: {
    [k: string]: string;
  };
  submit: SubmitConfiguration;
  poll?: PollConfiguration;
  report?: ReportConfiguration;
  verdict: VerdictConfiguration;
  fetch?: FetchConfiguration;
  probe?: ProbeConfiguration;
  /**
   * How long all of it may take, within limits.time of the exchange.
   */
  deadline?: string | number;
  /**
   * How often a request is made again where there is no answer, or one of 429 or 5xx.
   */
  retries?: number;
  breaker?: BreakerConfiguration;
  /**
   * Media types of what is sent, image/* for a whole family; every file without it.
   *
   * @minItems 1
   */
  types?: [string, ...string[]];
  /**
   * Files larger than this are not sent and count as unscannable.
   */
  maxSize?: string | number;
  /**
   * What is done where there is no explicit clean answer.
   */
  unavailable?: "report" | "sanitize" | "block";
}
/**
 * Hands over the content: as the body, or with field as a form.
 */
export interface SubmitConfiguration {
  /**
   * URL; {sha256} stands for the content's digest, {NAME} for a value of submit.values.
   */
  url: string;
  /**
   * Method of the request.
   */
  method?: "GET" | "POST" | "PUT";
  /**
   * Header fields of this request, over those of the service.
   */
  headers?: {
    [k: string]: string;
  };
  /**
   * Field of the form that holds the content (multipart/form-data); without it the content is the body.
   */
  field?: string;
  /**
   * Other fields of the form.
   */
  fields?: {
    [k: string]: string;
  };
  /**
   * Values of the JSON reply by name, by JSON Pointer, for the URLs that follow.
   */
  values?: {
    [k: string]: string;
  };
}
/**
 * Asks whether the verdict is there, until it is.
 */
export interface PollConfiguration {
  /**
   * URL; {sha256} stands for the content's digest, {NAME} for a value of submit.values.
   */
  url: string;
  /**
   * Method of the request.
   */
  method?: "GET" | "POST" | "PUT";
  /**
   * Header fields of this request, over those of the service.
   */
  headers?: {
    [k: string]: string;
  };
  /**
   * Time between two requests.
   */
  every?: string | number;
  /**
   * All of these hold: it is done.
   *
   * @minItems 1
   */
  done: [ConditionConfiguration, ...ConditionConfiguration[]];
  /**
   * One of these holds: there will be no verdict.
   *
   * @minItems 1
   */
  failed?: [ConditionConfiguration, ...ConditionConfiguration[]];
}
export interface Condition1 {
  /**
   * JSON Pointer (RFC 6901) of the value.
   */
  pointer: string;
  /**
   * The value, or a list of those that will do.
   */
  equals?:
    (string | number | boolean | null) | [string | number | boolean | null, ...(string | number | boolean | null)[]];
  /**
   * The value is a number, and not below this one.
   */
  atLeast?: number;
  /**
   * The value is a number below this one.
   */
  below?: number;
}
/**
 * Fetches the report, where the verdict is not in the last reply.
 */
export interface ReportConfiguration {
  /**
   * URL; {sha256} stands for the content's digest, {NAME} for a value of submit.values.
   */
  url: string;
  /**
   * Method of the request.
   */
  method?: "GET" | "POST" | "PUT";
  /**
   * Header fields of this request, over those of the service.
   */
  headers?: {
    [k: string]: string;
  };
}
/**
 * How the report is read: whatever is neither malicious nor explicitly clean is unscannable.
 */
export interface VerdictConfiguration {
  /**
   * All of these hold: clean.
   *
   * @minItems 1
   */
  clean: [ConditionConfiguration, ...ConditionConfiguration[]];
  /**
   * One of these holds: malware, whatever else does.
   *
   * @minItems 1
   */
  malicious?: [ConditionConfiguration, ...ConditionConfiguration[]];
  /**
   * JSON Pointer of the name of what was found, or of a list of names.
   */
  names?: string;
}
/**
 * Fetches the content as the service disarmed it, to be delivered in place of the original once it has been inspected itself.
 */
export interface FetchConfiguration {
  /**
   * URL; {sha256} stands for the content's digest, {NAME} for a value of submit.values.
   */
  url: string;
  /**
   * Method of the request.
   */
  method?: "GET" | "POST" | "PUT";
  /**
   * Header fields of this request, over those of the service.
   */
  headers?: {
    [k: string]: string;
  };
  /**
   * Only where all of these hold of the report.
   *
   * @minItems 1
   */
  when?: [ConditionConfiguration, ...ConditionConfiguration[]];
}
/**
 * Answers with 2xx where the service works, for check and readyz.
 */
export interface ProbeConfiguration {
  /**
   * URL; {sha256} stands for the content's digest, {NAME} for a value of submit.values.
   */
  url: string;
  /**
   * Method of the request.
   */
  method?: "GET" | "POST" | "PUT";
  /**
   * Header fields of this request, over those of the service.
   */
  headers?: {
    [k: string]: string;
  };
}
/**
 * Leaves a service alone that keeps failing.
 */
export interface BreakerConfiguration {
  /**
   * Failures in a row after which nothing is sent.
   */
  failures?: number;
  /**
   * How long nothing is sent then.
   */
  pause?: string | number;
}
/**
 * A third-party API that is fronted.
 */
export interface VendorConfiguration {
  /**
   * Origin of the API, with a base path where it has one.
   */
  upstream: string;
  /**
   * Host names by which applications may reach this vendor, beside the path prefix.
   */
  hosts?: string[];
  /**
   * Lets the upstream's name resolve to private, loopback and link-local addresses.
   */
  private?: boolean;
  /**
   * Lets the upstream be http: instead of https:.
   */
  insecure?: boolean;
  /**
   * Lets upgrades such as WebSocket through, uninspected.
   */
  upgrade?: boolean;
  /**
   * Where the upstream's absolute URLs become the gateway's: in headers, in headers and body leaves, or nowhere.
   */
  rewriteUrls?: false | "headers" | "body";
  /**
   * own: cookies of the vendor stay under its prefix; strip: none are set and none are sent.
   */
  cookies?: "own" | "strip";
  /**
   * PEM file with the certificate authorities to trust for this vendor.
   */
  ca?: string;
  /**
   * What the responses look like: an OpenAPI (2.0 to 3.2) or AsyncAPI (2 or 3) document, JSON or YAML, or a folder with some, or with JSON Schemas and routes.yaml.
   */
  schemas?: string;
  schemaImport?: SchemaImportConfiguration;
  record?: RecordConfiguration;
  /**
   * What is different at one path of the responses; later ones win.
   */
  paths?: PathConfiguration[];
  /**
   * What is different on one route; later ones win.
   */
  routes?: RouteConfiguration[];
  /**
   * Rules that are known to be wrong somewhere: their findings are only reported.
   */
  exclude?: ExclusionConfiguration[];
  /**
   * What is different from the default policy for this vendor.
   */
  policy?: PolicyConfiguration;
}
/**
 * How the vendor's documents are imported.
 */
export interface SchemaImportConfiguration {
  /**
   * Repairs what is slightly wrong in the documents, leaves out what cannot be read, and says so, where otherwise the import fails.
   */
  lenient?: boolean;
  /**
   * Folders with copies of remote documents that references lead to, by the beginning of their URLs; other remote references are refused, and none is ever fetched.
   */
  remote?: {
    [k: string]: string;
  };
}
/**
 * Has the gateway record what responses look like, for `lazaret learn`: values give way to others of their shape, and what the inspection flags is left out.
 */
export interface RecordConfiguration {
  /**
   * Share of the responses that are recorded.
   */
  sample?: number;
  /**
   * Size of the recording from which on nothing is added.
   */
  size?: string | number;
}
/**
 * What is different at one path.
 */
export interface PathConfiguration {
  /**
   * JSONPath of the value; an object or array stands for all that is in it.
   */
  path: string;
  /**
   * What the value is declared to be: opaque is handed on unread, file is decoded and scanned as one.
   */
  as?: "html" | "text" | "code" | "opaque" | "file";
  /**
   * What is done about files at this path, and in them.
   */
  disarm?: DisarmConfiguration;
  /**
   * Actions by category at this path.
   */
  on?: Actions;
  /**
   * Only on this route.
   */
  route?: string;
}
/**
 * What is different on one route.
 */
export interface RouteConfiguration {
  /**
   * Method (optional) and path; {name} stands for one segment, ** for any number.
   */
  route: string;
  /**
   * enforce or monitor, on this route.
   */
  mode?: "enforce" | "monitor";
  /**
   * What is done about files on this route, and in them.
   */
  disarm?: DisarmConfiguration;
  /**
   * Actions by category on this route.
   */
  on?: Actions;
  /**
   * Actions by kind of difference on this route.
   */
  differences?: DifferencesConfiguration;
}
/**
 * A rule that is known to be wrong.
 */
export interface ExclusionConfiguration {
  /**
   * Id of the rule, as findings show it.
   */
  rule: string | number;
  /**
   * Only at this path, or in the object or array at it.
   */
  path?: string;
  /**
   * Only on this route.
   */
  route?: string;
  /**
   * Last day (UTC) or moment at which the exclusion holds.
   */
  until?: string;
}
/**
 * Who may use the gateway.
 */
export interface ClientsConfiguration {
  /**
   * Addresses and networks of clients; none means all that can reach the listener.
   */
  allow?: string[];
  /**
   * Token that a client has to send.
   */
  token?: string;
}
/**
 * The store of original bytes that were blocked or replaced.
 */
export interface QuarantineConfiguration {
  /**
   * Encrypts quarantined bytes (AES-256-GCM): 32 bytes as 64 hexadecimal digits or base64, or a passphrase of at least 16 characters.
   */
  key?: string;
}
/**
 * How long incidents and quarantined bytes are kept; the oldest go first.
 */
export interface RetentionConfiguration {
  /**
   * Older ones are deleted.
   */
  age?: string | number;
  /**
   * Size of the quarantine from which the oldest are deleted.
   */
  size?: string | number;
}
