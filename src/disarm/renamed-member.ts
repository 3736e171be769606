import type { Budget } from "../core/budget.ts";
import { renamedFor } from "../core/renamed.ts";
import { plainMediaType } from "./ooxml/content-types.ts";
import { contentOf } from "./zip/content.ts";
import { readZip } from "./zip/directory.ts";

const MACRO_KIND = /\.(?:do[ct]m|xl[st]m|xlam|pp[ts]m|potm|ppam|vs[dst]m)$/i;

/** The name of a member with new content, among those of all members: a document that became another type gets its ending. */
export function renamedMember(name: string, content: Uint8Array, names: ReadonlySet<string>, budget: Budget): string {
  const isPdf = Buffer.from(content.subarray(0, 5)).toString("latin1") === "%PDF-";
  const became = isPdf ? "application/pdf" : MACRO_KIND.test(name) ? documentType(content, budget) : undefined;
  const renamed = became === undefined ? name : renamedFor(name, became);
  return names.has(renamed) ? name : renamed;
}

/** What an office document that was just written says of itself. */
function documentType(content: Uint8Array, budget: Budget): string | undefined {
  const types = readZip(content, budget).entries.find(({ name }) => name === "[Content_Types].xml");
  const main = types && /ContentType="([^"]{1,200}\.main\+xml)"/.exec(Buffer.from(contentOf(types, budget)).toString());
  return main?.[1] === undefined ? undefined : plainMediaType(main[1]);
}
