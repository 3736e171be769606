import type { Detection } from "../../core/finding.ts";
import type { Part } from "../../core/part.ts";
import { recordFormatOf } from "../../core/records.ts";
import type { CheckSettings, ContentCheck } from "./declaration.ts";
import { differenceOf, otherFormat } from "./detection.ts";
import { jsonCheck, type JsonValidator } from "./json-check.ts";
import { kindOf } from "./kind.ts";

/** Checks each record of sequential content that is JSON: a line, a JSON text, or the data of an event. */
export function recordsCheck(validator: JsonValidator): ContentCheck {
  const check = jsonCheck(validator);
  return (body, settings) =>
    isSequential(body)
      ? body.children.flatMap((record) => (record.format === "json" ? check(record, settings) : []))
      : [otherFormat(body, "records", validator.place)];
}

/** Checks each event of an event stream as OpenAPI 3.2 describes it: an object with `data`, `event`, `id` and `retry`. */
export function eventsCheck(validator: JsonValidator): ContentCheck {
  return (body, settings) =>
    body.format === "sse"
      ? body.children.flatMap((record) => eventDifferences(record, body, validator, settings))
      : [otherFormat(body, "events", validator.place)];
}

function isSequential({ format, mediaType }: Part): boolean {
  return recordFormatOf(mediaType) === format;
}

function eventDifferences(
  record: Part,
  { source }: Part,
  validator: JsonValidator,
  settings: CheckSettings,
): Detection[] {
  if (record.carrier.kind !== "span") return [];
  const { start, end } = record.carrier.span;
  const event = eventOf(Buffer.from(source.subarray(start, end)).toString("utf8"));
  if (event === undefined) return [];
  return validator.errorsOf(event, settings).map((error): Detection => ({
    ...differenceOf(
      record,
      kindOf(error),
      `the event does not match the schema: ${error.instancePath.slice(1)} ${error.message ?? error.keyword}`,
      JSON.stringify(error.data) ?? "",
      validator.placeOf(error),
    ),
    rule: `lazaret/schema/${error.keyword}`,
  }));
}

/** The fields of an event (HTML, section 9.2.6); undefined for comments alone, which no application is told of. */
function eventOf(text: string): Readonly<Record<string, string | number>> | undefined {
  const event: Record<string, string | number> = {};
  const data: string[] = [];
  for (const line of text.split(/\r\n|\r|\n/)) {
    const [, name = "", value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === "data") data.push(value);
    else if (name === "event" || name === "id") event[name] = value;
    else if (name === "retry" && /^\d+$/.test(value)) event["retry"] = Number(value);
  }
  if (data.length > 0) event["data"] = data.join("\n");
  return Object.keys(event).length === 0 ? undefined : event;
}
