/**
 * What HTML markup may hold and still be inert: the one allow-list behind both the detection of active content and its
 * disarm, so that what is rebuilt by it is found clean by it.
 */

/** The namespace of HTML in XML; as an attribute of HTML it says nothing. */
export const XHTML_NAMESPACE = "http://www.w3.org/1999/xhtml";

/** Elements that load, run, submit or change how the rest is parsed. */
export const ACTIVE_ELEMENTS: ReadonlySet<string> = new Set(
  (
    "script iframe frame frameset object embed applet base form input button select option textarea isindex keygen " +
    "svg math template noscript noembed noframes xmp plaintext listing portal bgsound layer ilayer dialog slot marquee fencedframe"
  ).split(" "),
);

/** Elements that a rebuilt page or fragment keeps. */
export const INERT_ELEMENTS: readonly string[] = (
  "html head title meta body address article aside footer header h1 h2 h3 h4 h5 h6 hgroup main nav section search " +
  "blockquote center dd div dl dt figcaption figure hr li menu ol p pre ul a abbr acronym b bdi bdo big br cite code data dfn em " +
  "font i kbd mark q rb rp rt rtc ruby s samp small span strike strong sub sup time tt u var wbr " +
  "caption col colgroup table tbody td tfoot th thead tr img picture source audio video track details summary del ins label " +
  "legend meter progress output fieldset"
).split(" ");

/** Attributes that a rebuilt element keeps, beside `data-*` and `aria-*`. */
export const INERT_ATTRIBUTES: readonly string[] = (
  "abbr align alt axis bgcolor border cellpadding cellspacing cite class clear color cols colspan compact controls coords " +
  "datetime dir download headers height href hreflang hspace id itemid itemprop itemref itemscope itemtype kind label lang " +
  "loop lowspan max media min muted name noshade nowrap open optimum poster preload rel reversed role rows rowspan rules scope " +
  "shape sizes span src srclang srcset start style summary tabindex target title translate type valign value vspace width charset content property xmlns"
).split(" ");

/** Attributes that hold one URL. */
export const URL_ATTRIBUTES: ReadonlySet<string> = new Set(
  "href src cite poster background longdesc usemap lowsrc dynsrc data codebase classid icon manifest profile xlink:href".split(
    " ",
  ),
);

/** Schemes that a rebuilt link keeps. */
export const INERT_SCHEMES: readonly string[] = ["http", "https", "mailto", "tel", "ftp", "sms", "cid", "mid"];

const RASTER_DATA = /^data:image\/(?:png|gif|jpe?g|webp|avif|bmp|x-icon|vnd\.microsoft\.icon)[;,]/i;
const HOSTILE_STYLE =
  /expression\s*\(|javascript:|vbscript:|@import|-moz-binding|behaviou?r\s*:|url\s*\(\s*(?:["']\s*)?(?!["'\s]|https?:|\/|\.|#|data:image\/(?:png|gif|jpe?g|webp)|[\w-]+[./)"'?])/i;

/** Whether following or loading a URL runs nothing: a relative one, an inert scheme, or a raster image in a `data:` URI. */
export function isInertUrl(url: string): boolean {
  // Browsers drop tabs and line ends anywhere, and controls and spaces in front (URL standard, basic parser).
  const plain = url.replaceAll(/[\t\n\r]/g, "").replace(/^[\0- ]+/, "");
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(plain)?.[1]?.toLowerCase();
  if (scheme === undefined) return !/^[^/?#]{0,64}&(?:colon|#0*58|#x0*3a);?/i.test(plain);
  return INERT_SCHEMES.includes(scheme) || RASTER_DATA.test(plain);
}

/** Whether a style sheet or attribute runs or loads something, with the escapes and comments of CSS undone. */
export function isHostileStyle(style: string): boolean {
  if (style.length > 100_000) return true;
  const plain = style
    .replaceAll(/\\([0-9a-f]{1,6})\s?/gi, (whole, hex: string) => {
      const code = Number.parseInt(hex, 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    })
    .replaceAll(/\\(?=[^\n])/g, "")
    .replaceAll(/\/\*[^*]*(?:\*(?!\/)[^*]*)*\*\//g, "");
  return HOSTILE_STYLE.test(plain);
}
