/**
 * What a place in a PDF may hold. An object that is reached through a place is copied with the entries listed here and no
 * others, each under a shape of its own: what is not known to be inert is left out. Tables are those of ISO 32000-2.
 */
export interface Shape {
  /** Numbers, names, strings, booleans. */
  readonly scalar?: true;
  /** Entries of a dictionary that stay, by the shape of their values. */
  readonly keys?: Entries;
  /** The shape of every entry of a dictionary, under any name. */
  readonly map?: string;
  /** Entries of a stream's dictionary that stay, beside its filters; the stream's data is kept. */
  readonly stream?: Entries;
  /** Shape of the elements of an array. */
  readonly array?: string;
  /** Elements that go leave no `null` behind, because their position means nothing. */
  readonly compact?: true;
}

/** Shape by name of an entry, from the shapes' lists of names. */
type Entries = ReadonlyMap<string, string>;

function entries(...lists: readonly Readonly<Record<string, string>>[]): Entries {
  return new Map(
    lists.flatMap((list) =>
      Object.entries(list).flatMap(([shape, names]) => names.split(" ").map((name) => [name, shape] as const)),
    ),
  );
}

const CONTENT_GROUP = entries({ scalar: "Type Name", data: "Intent Usage" });
const IMAGE = entries({
  scalar:
    "Type Subtype Width Height BitsPerComponent Intent ImageMask Interpolate SMaskInData Name StructParent ID Length",
  data: "Decode Matte",
  colorSpace: "ColorSpace",
  mask: "Mask",
  image: "SMask",
  optionalContent: "OC",
});
const FORM = entries({
  scalar: "Type Subtype FormType StructParent StructParents LastModified Name Length",
  data: "BBox Matrix",
  resources: "Resources",
  group: "Group",
  optionalContent: "OC",
});
const SHADING = entries({
  scalar: "ShadingType AntiAlias BitsPerCoordinate BitsPerComponent BitsPerFlag VerticesPerRow Length",
  data: "Background BBox Coords Domain Extend Matrix Decode",
  colorSpace: "ColorSpace",
  function: "Function",
});
const FUNCTION = {
  scalar: "FunctionType BitsPerSample Order N Length",
  data: "Domain Range Size Encode Decode C0 C1 Bounds",
  function: "Functions",
};
const PATTERN = entries({
  scalar: "Type PatternType PaintType TilingType XStep YStep Length",
  data: "BBox Matrix",
  resources: "Resources",
  shading: "Shading",
  graphicsState: "ExtGState",
});
const PROFILE = { scalar: "N Length", colorSpace: "Alternate", data: "Range" };
const CMAP = entries({ scalar: "Type CMapName WMode Name Length", data: "CIDSystemInfo", cmap: "UseCMap" });
const CONTENT = entries({ scalar: "Length" });
/** Tables 166, 172 and those of the annotations' types. */
const ANNOTATION = {
  scalar:
    "Type Subtype Contents NM M F AS StructParent BM ca CA Lang T CreationDate Subj RT IT DA Q DS LL LLE Cap LLO CP Name Sy Open H State StateModel OverlayText Repeat Rotate",
  data: "Rect Border C CL BE RD LE L IC CO Vertices Path QuadPoints InkList BS",
  page: "P",
  appearances: "AP",
  optionalContent: "OC",
  annotation: "Popup IRT Parent",
  appearanceCharacteristics: "MK",
  destination: "Dest",
  action: "A",
  xobject: "RO",
};
/** Table 226 and those of the fields' types; a field may be one object with its widget. */
const FIELD = {
  field: "Parent",
  fields: "Kids",
  scalar: "FT TU TM Ff TI MaxLen",
  data: "Opt I",
  fieldValue: "V DV",
};

/** Every shape by name. Those without an entry here (`action`, `annotation`, …) are told apart by what they hold: `variants.ts`. */
const TABLE: Readonly<Record<string, Shape>> = {
  scalar: { scalar: true },
  /** Numbers, names and strings in arrays and dictionaries of any names: the copier takes no stream and no active name there. */
  data: { scalar: true, array: "data", map: "data" },
  catalog: {
    keys: entries({
      scalar: "Type PageLayout PageMode Lang Version",
      data: "ViewerPreferences MarkInfo Extensions",
      numberTree: "PageLabels",
      names: "Names",
      destinationMap: "Dests",
      outlines: "Outlines",
      structTree: "StructTreeRoot",
      contentProperties: "OCProperties",
      outputIntents: "OutputIntents",
      form: "AcroForm",
    }),
  },
  names: { keys: entries({ scalar: "Type", destinationTree: "Dests" }) },
  numberTree: { keys: entries({ data: "Nums Limits", numberTrees: "Kids" }) },
  numberTrees: { array: "numberTree" },
  destinationMap: { map: "destination" },
  destinationTree: { keys: entries({ destinations: "Names", data: "Limits", destinationTrees: "Kids" }) },
  destinationTrees: { array: "destinationTree" },
  destinations: { array: "destination" },
  destination: { scalar: true, array: "destinationElement", keys: entries({ destination: "D" }) },
  page: {
    keys: entries({
      scalar: "Type Rotate Dur StructParents PZ Tabs UserUnit LastModified ID",
      data: "MediaBox CropBox BleedBox TrimBox ArtBox BoxColorInfo Trans",
      resources: "Resources",
      contents: "Contents",
      group: "Group",
      annotations: "Annots",
    }),
  },
  contents: { stream: CONTENT, array: "content" },
  content: { stream: CONTENT },
  resources: {
    keys: entries({
      graphicsStates: "ExtGState",
      colorSpaces: "ColorSpace",
      patterns: "Pattern",
      shadings: "Shading",
      xobjects: "XObject",
      fonts: "Font",
      encodings: "Encoding",
      data: "ProcSet",
      properties: "Properties",
    }),
  },
  graphicsStates: { map: "graphicsState" },
  graphicsState: {
    keys: entries({
      scalar: "Type LW LC LJ ML RI OP op OPM FL SM SA CA ca AIS TK UseBlackPtComp",
      data: "D BM",
      fontAndSize: "Font",
      function: "BG BG2 UCR UCR2 TR TR2",
      softMask: "SMask",
    }),
  },
  fontAndSize: { array: "font" },
  softMask: { scalar: true, keys: entries({ scalar: "Type S", xobject: "G", data: "BC", function: "TR" }) },
  colorSpaces: { map: "colorSpace" },
  colorSpace: {
    scalar: true,
    array: "colorSpace",
    stream: entries(FUNCTION, PROFILE),
    keys: entries(FUNCTION, {
      scalar: "Subtype",
      data: "WhitePoint BlackPoint Gamma Matrix MixingHints",
      colorSpaces: "Colorants",
      colorProcess: "Process",
    }),
  },
  colorProcess: { keys: entries({ colorSpace: "ColorSpace", data: "Components" }) },
  function: { scalar: true, array: "function", keys: entries(FUNCTION), stream: entries(FUNCTION) },
  patterns: { map: "pattern" },
  pattern: { keys: PATTERN, stream: PATTERN },
  shadings: { map: "shading" },
  shading: { keys: SHADING, stream: SHADING },
  xobjects: { map: "xobject" },
  image: { stream: IMAGE },
  formXObject: { stream: FORM },
  mask: { array: "scalar", stream: IMAGE },
  group: { keys: entries({ scalar: "Type S I K", colorSpace: "CS" }) },
  fonts: { map: "font" },
  font: {
    scalar: true,
    keys: entries({
      scalar: "Type Subtype BaseFont Name FirstChar LastChar DW",
      data: "Widths CIDSystemInfo W DW2 W2 FontBBox FontMatrix",
      fontDescriptor: "FontDescriptor",
      encoding: "Encoding",
      cmap: "ToUnicode CIDToGIDMap",
      descendantFonts: "DescendantFonts",
      glyphs: "CharProcs",
      resources: "Resources",
    }),
  },
  descendantFonts: { array: "font" },
  glyphs: { map: "content" },
  encoding: { scalar: true, keys: entries({ scalar: "Type BaseEncoding", data: "Differences" }), stream: CMAP },
  encodings: { map: "encoding" },
  cmap: { scalar: true, stream: CMAP },
  fontDescriptor: {
    keys: entries({
      scalar:
        "Type FontName FontFamily FontStretch FontWeight Flags ItalicAngle Ascent Descent Leading CapHeight XHeight StemV StemH AvgWidth MaxWidth MissingWidth CharSet Lang",
      data: "FontBBox Style",
      fontFile: "FontFile FontFile2 FontFile3",
      fontDescriptors: "FD",
      content: "CIDSet",
    }),
  },
  fontDescriptors: { map: "fontDescriptor" },
  fontFile: { stream: entries({ scalar: "Length Length1 Length2 Length3 Subtype" }) },
  properties: { map: "property" },
  contentGroup: { keys: CONTENT_GROUP },
  contentMembership: { keys: entries({ scalar: "Type P", contentGroups: "OCGs", expression: "VE" }) },
  expression: { scalar: true, array: "expression", keys: CONTENT_GROUP },
  contentGroups: { array: "optionalContent", keys: CONTENT_GROUP, compact: true },
  contentProperties: { keys: entries({ contentGroups: "OCGs", configuration: "D", configurations: "Configs" }) },
  configurations: { array: "configuration" },
  configuration: {
    keys: entries({
      scalar: "Name Creator BaseState ListMode",
      data: "Intent",
      contentGroups: "ON OFF Locked",
      usages: "AS",
      order: "Order RBGroups",
    }),
  },
  usages: { array: "usage" },
  usage: { keys: entries({ scalar: "Event", contentGroups: "OCGs", data: "Category" }) },
  order: { scalar: true, array: "order", keys: CONTENT_GROUP, compact: true },
  outlines: { keys: entries({ scalar: "Type Count", outlineItem: "First Last" }) },
  outlineItem: {
    keys: entries({
      scalar: "Type Count Title F",
      data: "C",
      outlineItem: "First Last Prev Next",
      outlineParent: "Parent",
      destination: "Dest",
      action: "A",
    }),
  },
  structTree: {
    keys: entries({
      scalar: "Type ParentTreeNextKey",
      data: "RoleMap ClassMap",
      structKids: "K",
      structNames: "IDTree",
      structNumbers: "ParentTree",
      namespaces: "Namespaces",
    }),
  },
  structNames: { keys: entries({ structEntries: "Names", data: "Limits", structNameKids: "Kids" }) },
  structNameKids: { array: "structNames" },
  structNumbers: { keys: entries({ structEntries: "Nums", data: "Limits", structNumberKids: "Kids" }) },
  structNumberKids: { array: "structNumbers" },
  structEntries: { scalar: true, array: "structEntry" },
  structElement: {
    keys: entries({
      scalar: "Type S ID R T Lang Alt E ActualText Phoneme PhoneticAlphabet",
      data: "A C",
      structParent: "P",
      page: "Pg",
      structKids: "K",
      structElementList: "Ref",
      namespace: "NS",
    }),
  },
  structKidList: { array: "structKid", compact: true },
  structDestination: { scalar: true, array: "structKid" },
  structElementList: { array: "structElement" },
  namespaces: { array: "namespace" },
  namespace: { keys: entries({ scalar: "Type NS", data: "RoleMapNS" }) },
  markedContent: { keys: entries({ scalar: "Type MCID", page: "Pg", xobject: "Stm" }) },
  objectReference: { keys: entries({ scalar: "Type", page: "Pg", annotation: "Obj" }) },
  outputIntents: { array: "outputIntent" },
  outputIntent: {
    keys: entries({
      scalar: "Type S OutputCondition OutputConditionIdentifier RegistryName Info",
      profile: "DestOutputProfile",
    }),
  },
  profile: { stream: entries(PROFILE) },
  form: { keys: entries({ fields: "Fields CO", resources: "DR", scalar: "DA Q NeedAppearances" }) },
  fields: { array: "field", compact: true },
  widget: { keys: entries(ANNOTATION, FIELD) },
  fieldText: { scalar: true, array: "scalar", stream: CONTENT },
  annotations: { array: "annotation", compact: true },
  plainAnnotation: { keys: entries(ANNOTATION) },
  picture: {
    keys: entries({ scalar: "Type F AS NM", data: "Rect", appearances: "AP", page: "P", optionalContent: "OC" }),
  },
  appearanceCharacteristics: {
    keys: entries({ scalar: "R CA RC AC TP", data: "BC BG IF", xobject: "I RI IX" }),
  },
  appearances: { keys: entries({ appearance: "N R D" }) },
  appearance: { map: "xobject", stream: FORM },
  goTo: { keys: entries({ scalar: "Type S", destination: "D", structDestination: "SD" }) },
  openLink: { keys: entries({ scalar: "Type S URI IsMap" }) },
  navigate: { keys: entries({ scalar: "Type S N" }) },
  information: { map: "scalar" },
  filters: { scalar: true, array: "scalar" },
  filterParameters: {
    scalar: true,
    array: "filterParameters",
    keys: entries({
      scalar:
        "Predictor Colors BitsPerComponent Columns EarlyChange K EndOfLine EncodedByteAlign Rows EndOfBlock BlackIs1 DamagedRowsBeforeError ColorTransform",
      content: "JBIG2Globals",
    }),
  },
};

/** The shape of a name. */
export function shapeNamed(name: string): Shape {
  const shape = TABLE[name];
  if (shape === undefined) throw new RangeError(`no shape ${name}`);
  return shape;
}
