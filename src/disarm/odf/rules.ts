import type { SaxesAttributeNS, SaxesTagNS } from "saxes";
import type { DisarmOptions, Retention } from "../../core/disarm-policy.ts";
import { isInertUrl } from "../../core/markup-policy.ts";
import type { Removals } from "../disarmer.ts";
import { formulaLinksOutside } from "../hyperlink.ts";
import type { XmlRules } from "../xml/filter.ts";

/** Elements that run, load or link (Open Document Format 1.3, part 3), by local name, each with what it is in words. */
const ACTIVE: Readonly<Record<string, readonly [one: string, many?: string]>> = {
  scripts: ["script"],
  script: ["script"],
  "execute-macro": ["macro call"],
  "event-listeners": ["event listener"],
  "event-listener": ["event listener"],
  events: ["event listener"],
  event: ["event listener"],
  plugin: ["plug-in"],
  applet: ["applet"],
  "floating-frame": ["embedded page"],
  "object-ole": ["embedded object"],
  "dde-connection-decls": ["DDE link"],
  "dde-connection-decl": ["DDE link"],
  "dde-connection": ["DDE link"],
  "dde-source": ["DDE link"],
  "dde-links": ["DDE link"],
  "dde-link": ["DDE link"],
  "table-source": ["linked table"],
  "cell-range-source": ["linked table"],
  "section-source": ["linked document"],
  "connection-resource": ["data connection"],
  "font-face-src": ["embedded font"],
};
const EMPTY_ALLOWED = new Set(["scripts", "event-listeners", "events"]);
const FOREIGN_FORMULA = /\b(?:DDE|WEBSERVICE|CALL|REGISTER)\s*\(|'(?:file|https?|ftp|smb):/i;
const OFFICE = /^(?:urn:oasis:names:tc:opendocument:xmlns:office:1\.0|http:\/\/openoffice\.org\/2000\/office)$/;
const LINK = /^(?:a|hyperlink|bookmark)$/;
const OFFICE_SCRIPT = /^(?:urn:oasis:names:tc:opendocument:xmlns:script:1\.0|http:\/\/openoffice\.org\/2000\/script)$/;

/** What stays of one XML part. `holds` tells whether a part that a link names stays too. */
export function openDocumentRules(
  holds: (href: string) => boolean,
  { links, metadata }: DisarmOptions,
  removed: Removals,
): XmlRules {
  return {
    void: EMPTY_ALLOWED,
    keeps: (tag) => {
      const tells = metadata === "strip" && tag.local === "meta" && OFFICE.test(tag.uri);
      if (tells) removed.add("metadata element");
      return !tells && keeps(tag, removed);
    },
    attribute: (attribute, tag) => attributeValue(attribute, tag, holds, links, removed),
  };
}

function keeps({ local, isSelfClosing, attributes }: SaxesTagNS, removed: Removals): boolean {
  const noun = ACTIVE[local];
  // Writers leave an empty list where there is none.
  if (noun === undefined || (isSelfClosing && EMPTY_ALLOWED.has(local) && Object.keys(attributes).length === 0))
    return true;
  removed.add(noun[0], 1, noun[1]);
  return false;
}

function attributeValue(
  { local, uri, value }: SaxesAttributeNS,
  { local: element }: SaxesTagNS,
  holds: (href: string) => boolean,
  links: Retention,
  removed: Removals,
): string | undefined {
  if (OFFICE_SCRIPT.test(uri) || local === "macro-name") {
    removed.add("macro call");
    return undefined;
  }
  if ((local === "formula" || local === "expression" || local === "condition") && FOREIGN_FORMULA.test(value)) {
    removed.add("formula that reads outside the document", 1, "formulas that read outside the document");
    return undefined;
  }
  if (links === "strip" && local === "formula" && formulaLinksOutside(value)) {
    removed.add("link");
    return undefined;
  }
  if (local !== "href" || value === "" || value.startsWith("#")) return value;
  const isInside = !/^[a-z][a-z0-9+.-]*:|^\/|\.\.\//i.test(value);
  if (isInside && holds(value)) return value;
  const isInertLink = LINK.test(element) && (isInside || (/^(?:https?:|mailto:)/i.test(value) && isInertUrl(value)));
  if (isInertLink && links === "strip") {
    removed.add("link");
    return undefined;
  }
  // Programs leave links to previews and objects that are not there.
  if (isInside) return undefined;
  if (isInertLink) return value;
  removed.add(element === "a" ? "hostile hyperlink" : "external reference");
  return undefined;
}
