/** Namespaces that a rebuilt SVG file keeps. */
export const SVG_NAMESPACE = "http://www.w3.org/2000/svg";
export const XLINK_NAMESPACE = "http://www.w3.org/1999/xlink";
export const XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace";

/** Elements that draw, describe or animate (SVG 1.1 and 2), and run, embed or load nothing but what their `href` names. */
export const INERT_SVG_ELEMENTS: ReadonlySet<string> = new Set(
  (
    "svg g defs symbol use title desc switch view a style path rect circle ellipse line polyline polygon image " +
    "text tspan textPath altGlyph altGlyphDef altGlyphItem glyphRef linearGradient radialGradient meshgradient meshrow meshpatch " +
    "stop solidcolor pattern hatch hatchpath clipPath mask marker filter feBlend feColorMatrix feComponentTransfer feComposite " +
    "feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR " +
    "feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile " +
    "feTurbulence color-profile font font-face font-face-name glyph missing-glyph hkern vkern " +
    "animate animateColor animateMotion animateTransform set mpath"
  ).split(" "),
);

/** Elements that animate an attribute of another. */
export const ANIMATING: ReadonlySet<string> = new Set(
  "animate animateColor animateTransform animateMotion set".split(" "),
);

/** Elements whose `href` is fetched or drawn, so that it may name only this file and raster images in it. */
export const LOADING: ReadonlySet<string> = new Set(
  (
    "use image feImage mpath textPath linearGradient radialGradient pattern filter altGlyph glyphRef animate animateColor " +
    "animateMotion animateTransform set color-profile"
  ).split(" "),
);

const ATTRIBUTES: ReadonlySet<string> = new Set(
  // Geometry, structure and conditions.
  (
    "id class style lang version baseProfile x y x1 x2 y1 y2 cx cy r rx ry fx fy fr width height d points pathLength dx dy rotate " +
    "textLength lengthAdjust viewBox preserveAspectRatio transform gradientTransform patternTransform gradientUnits patternUnits " +
    "patternContentUnits clipPathUnits maskUnits maskContentUnits markerUnits markerWidth markerHeight refX refY orient spreadMethod " +
    "offset startOffset method spacing side zoomAndPan viewTarget requiredFeatures requiredExtensions systemLanguage tabindex role " +
    "externalResourcesRequired overflow clip enable-background title type media target rel hreflang download contentScriptType contentStyleType " +
    // Filters.
    "filterUnits primitiveUnits filterRes in in2 result operator k1 k2 k3 k4 order kernelMatrix divisor bias targetX targetY edgeMode " +
    "kernelUnitLength preserveAlpha surfaceScale diffuseConstant specularConstant specularExponent limitingConeAngle azimuth elevation " +
    "z pointsAtX pointsAtY pointsAtZ mode values scale xChannelSelector yChannelSelector stdDeviation radius baseFrequency numOctaves seed " +
    "stitchTiles tableValues slope intercept amplitude exponent crossorigin " +
    // Animation.
    "attributeName attributeType begin end dur min max restart repeatCount repeatDur fill calcMode keyTimes keySplines keyPoints from to by " +
    "additive accumulate path origin " +
    // Presentation.
    "alignment-baseline baseline-shift clip-path clip-rule color color-interpolation color-interpolation-filters color-profile " +
    "color-rendering cursor direction display dominant-baseline fill-opacity fill-rule filter flood-color flood-opacity font font-family " +
    "font-size font-size-adjust font-stretch font-style font-variant font-weight glyph-orientation-horizontal glyph-orientation-vertical " +
    "image-rendering isolation kerning letter-spacing lighting-color line-height marker marker-end marker-mid marker-start mask mask-type " +
    "mix-blend-mode opacity paint-order pointer-events shape-rendering solid-color solid-opacity stop-color stop-opacity stroke " +
    "stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-align " +
    "text-anchor text-decoration text-overflow text-rendering text-indent text-transform transform-origin transform-box unicode-bidi " +
    "vector-effect visibility white-space word-spacing writing-mode " +
    // Fonts drawn as glyphs.
    "accent-height alphabetic arabic-form ascent bbox cap-height descent g1 g2 glyph-name glyphRef format hanging horiz-adv-x " +
    "horiz-origin-x horiz-origin-y ideographic k mathematical name overline-position overline-thickness panose-1 slope stemh stemv " +
    "strikethrough-position strikethrough-thickness u1 u2 underline-position underline-thickness unicode unicode-range units-per-em " +
    "v-alphabetic v-hanging v-ideographic v-mathematical vert-adv-y vert-origin-x vert-origin-y widths x-height rendering-intent"
  ).split(" "),
);

/** Whether an attribute without a namespace says how something looks, and not what it does. */
export function isInertSvgAttribute(name: string): boolean {
  return ATTRIBUTES.has(name) || /^(?:data|aria)-[\w.-]+$/.test(name);
}
