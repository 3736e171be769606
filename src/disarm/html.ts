import { parse, parseFragment, serialize } from "parse5";
import sanitizeHtml from "sanitize-html";
import {
  INERT_ATTRIBUTES,
  INERT_ELEMENTS,
  INERT_SCHEMES,
  isHostileStyle,
  isInertUrl,
  URL_ATTRIBUTES,
  XHTML_NAMESPACE,
} from "../core/markup-policy.ts";
import type { Disarm } from "../core/stage.ts";
import { applyEdits } from "./apply-edits.ts";

const PAGE_ELEMENTS = new Set(["html", "head", "title", "meta", "body"]);
const DOCTYPE = /^\s*<!doctype html[^>[]{0,200}>/i;

function options(elements: readonly string[]): sanitizeHtml.IOptions {
  return {
    allowedTags: [...elements],
    allowedAttributes: { "*": [...INERT_ATTRIBUTES, "data-*", "aria-*"] },
    allowedSchemes: [...INERT_SCHEMES],
    allowedSchemesByTag: { img: [...INERT_SCHEMES, "data"], source: [...INERT_SCHEMES, "data"] },
    allowProtocolRelative: true,
    parseStyleAttributes: false,
    nonTextTags: [
      "script",
      "style",
      "textarea",
      "option",
      "noscript",
      "xmp",
      "iframe",
      "noembed",
      "noframes",
      "plaintext",
      "svg",
      "math",
      "template",
      "object",
      "applet",
    ],
    transformTags: { "*": (tagName, attributes) => ({ tagName, attribs: inertAttributes(attributes) }) },
  };
}

/** What the allow-list of names cannot tell: hostile values. */
function inertAttributes(attributes: sanitizeHtml.Attributes): sanitizeHtml.Attributes {
  return Object.fromEntries(
    Object.entries(attributes).filter(([name, value]) => {
      if (URL_ATTRIBUTES.has(name)) return isInertUrl(value);
      if (name === "xmlns") return value === XHTML_NAMESPACE;
      if (name === "style") return !isHostileStyle(value);
      if (name === "srcset") return value.split(",").every((candidate) => isInertUrl(candidate.trim()));
      return name !== "name";
    }),
  );
}

const FRAGMENT = options(INERT_ELEMENTS.filter((element) => !PAGE_ELEMENTS.has(element)));
const PAGE = options(INERT_ELEMENTS);

/**
 * The inert part of an HTML fragment: text, structure and links stay; scripts, handlers, forms and everything that loads
 * go. Parsed as browsers parse before the allow-list is applied, so that both see one tree. Sanitizing the result again
 * gives the result.
 */
export function sanitizeFragment(html: string): string {
  return settled(html, (text) => sanitizeHtml(serialize(parseFragment(text)), FRAGMENT));
}

/** The inert part of a page, which stays a page. */
function sanitizePage(html: string): string {
  const doctype = DOCTYPE.exec(html)?.[0] ?? "";
  return doctype + settled(html.slice(doctype.length), (text) => sanitizeHtml(serialize(parse(text)), PAGE));
}

const ROUNDS = 4;

/** Repeats until nothing changes: what one pass leaves, another parse may read otherwise (mutation XSS). */
function settled(html: string, sanitize: (html: string) => string): string {
  let result = sanitize(html);
  for (let round = 0; round < ROUNDS; round++) {
    const again = sanitize(result);
    if (again === result) return result;
    result = again;
  }
  return sanitizeHtml(result, { allowedTags: [], allowedAttributes: {} });
}

/** Rebuilds HTML from the allow-list where it holds active content; otherwise only its leaves change. */
export const disarmHtml: Disarm = (part, edits, context) => {
  if (!edits.rebuild) return applyEdits(part, edits, context);
  const html = Buffer.from(part.source).toString("utf8");
  const isPage = /^\s*(?:<!--[^]{0,2000}?-->\s*)*<(?:!doctype|html|head|body)\b/i.test(html);
  return part.encodeSource(Buffer.from(isPage ? sanitizePage(html) : sanitizeFragment(html), "utf8"));
};
