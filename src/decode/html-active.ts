import type { DefaultTreeAdapterTypes } from "parse5";
import { ACTIVE_ELEMENTS, isHostileStyle, isInertUrl, URL_ATTRIBUTES, XHTML_NAMESPACE } from "../core/markup-policy.ts";

type Element = DefaultTreeAdapterTypes.Element;

const HANDLER = /^on/;
const LOADING_LINKS =
  /\b(?:stylesheet|import|preload|prefetch|prerender|modulepreload|manifest|preconnect|dns-prefetch|serviceworker)\b/i;
/** Properties of `document` and forms that an element's `name` can hide (DOM clobbering). */
const CLOBBERING =
  /^(?:attributes|body|childNodes|cookie|createElement|currentScript|defaultView|documentElement|domain|firstChild|forms|getElementById|head|images|implementation|innerHTML|location|nodeName|nodeType|parentNode|querySelector|removeChild|scripts|submit|title|__proto__)$/;

/** Why an element is active content, or undefined. */
export function activeReason(element: Element): string | undefined {
  const { tagName, attrs } = element;
  const reason = elementReason(tagName, attrs) ?? (tagName === "style" ? styleReason(rawText(element)) : undefined);
  if (reason !== undefined) return reason;
  for (const { name, value } of attrs) {
    const attribute = attributeReason(name, value);
    if (attribute !== undefined) return attribute;
  }
  return undefined;
}

/** Why an element runs or loads something, its attributes' own effects and its text aside. */
export function elementReason(
  tagName: string,
  attrs: readonly { readonly name: string; readonly value: string }[],
): string | undefined {
  if (ACTIVE_ELEMENTS.has(tagName)) return `the element ${tagName}`;
  if (
    tagName === "meta" &&
    attrs.some(
      ({ name, value }) =>
        name === "http-equiv" && !/^(?:content-type|x-ua-compatible|content-language)$/i.test(value.trim()),
    )
  )
    return "a meta element that acts as a header field";
  if (tagName === "link" && attrs.some(({ name, value }) => name === "rel" && LOADING_LINKS.test(value)))
    return "a link that loads something";
  return undefined;
}

/** Why a style sheet is active content. */
export function styleReason(css: string): string | undefined {
  return isHostileStyle(css) ? "a style sheet that loads or runs something" : undefined;
}

/** Why an attribute of an HTML element is active content. */
export function attributeReason(name: string, value: string): string | undefined {
  if (HANDLER.test(name)) return `the event handler ${name}`;
  if (
    /^(?:srcdoc|formaction|action|ping|fetchpriority-src|is|xml:base)$/.test(name) ||
    (name === "xmlns" && value !== XHTML_NAMESPACE)
  )
    return `the attribute ${name}`;
  if (URL_ATTRIBUTES.has(name) && !isInertUrl(value)) return `a URL in ${name} that runs or embeds something`;
  if (name === "srcset" && value.split(",").some((candidate) => !isInertUrl(candidate.trim())))
    return "a URL in srcset that embeds something";
  if (name === "style" && isHostileStyle(value)) return "a style that loads or runs something";
  if (name === "name" && CLOBBERING.test(value)) return "a name that hides a property of the document";
  return undefined;
}

function rawText(element: Element): string {
  return element.childNodes.map((node) => ("value" in node ? node.value : "")).join("");
}
