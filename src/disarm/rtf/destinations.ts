import type { Retention } from "../../core/disarm-policy.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/**
 * Destinations that a document keeps (RTF 1.9.1): those that hold text, styles, lists and plain shapes. A group that says that
 * it may be ignored and is not listed here goes.
 */
const KEPT = words(
  `
  rtf fonttbl colortbl stylesheet listtable listoverridetable list listlevel leveltext levelnumbers listname liststylename
  listoverride lfolevel listpicture info title subject author manager company operator category keywords comment doccomm creatim revtim
  printim buptim header headerl headerr headerf footer footerl footerr footerf footnote annotation atnid atnauthor atntime atndate
  atnref atrfstart atrfend atnparent atnicn pntext pntxta pntxtb pn pnseclvl listtext bkmkstart bkmkend field fldrslt fldinst
  fldtype pict shppict nonshppict picprop blipuid shp shpinst sp sn sv shptxt shpgrp shprslt generator rsidtbl revtbl xe txe rxe
  tc tcn ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn falt panose fname cs ds ts tsrowd upr ud nonesttables nesttableprops pgptbl pgp
  latentstyles lsdlockedexcept formfield ffname ffdeftext ffhelptext ffstattext ffformat ffl defchp defpap wgrffmtfilter background
  object result do dptxbxtext pnlvl keycode mmathPr oldcprops oldpprops oldtprops oldsprops wptable`.trim(),
);

/** Destinations that act, point elsewhere or hold other files, and what each is called. */
const REMOVED: Readonly<Record<string, readonly [one: string, many?: string]>> = {
  objdata: ["object's data", "objects' data"],
  objclass: ["object's class", "objects' classes"],
  objname: ["object's name", "objects' names"],
  objtime: ["object's time", "objects' times"],
  objalias: ["object's alias", "objects' aliases"],
  objsect: ["object's section", "objects' sections"],
  template: ["external template"],
  filetbl: ["table of other files", "tables of other files"],
  file: ["reference to another file", "references to other files"],
  fontemb: ["embedded font"],
  fontfile: ["embedded font"],
  datastore: ["data store"],
  themedata: ["theme"],
  colorschememapping: ["theme"],
  htmltag: ["HTML tag"],
  mhtmltag: ["HTML tag"],
  htmlbase: ["HTML tag"],
  mailmerge: ["mail merge"],
  userprops: ["custom property", "custom properties"],
  docvar: ["document variable"],
  ffentrymcr: ["form macro"],
  ffexitmcr: ["form macro"],
  passwordhash: ["password"],
  password: ["password"],
  xmlnstbl: ["XML name table"],
  hlinkbase: ["link base"],
  hl: ["shape link"],
  hlfr: ["shape link"],
  hlloc: ["shape link"],
  hlsrc: ["shape link"],
  nextfile: ["reference to another file", "references to other files"],
  private: ["private record"],
  datafield: ["field's data", "fields' data"],
  linkself: ["self link"],
};

/** What a document says of itself (RTF 1.9.1, section "Information Group"), in a group of its own or strayed out of it. */
const METADATA = words(
  "info generator title subject author manager company operator category keywords comment doccomm creatim revtim printim buptim",
);

/** Control words that act without a group of their own. */
const ACTIVE_WORDS = words("objupdate objlink objautlink objsub objpub objicemb objhtml objocx objemb");

/** What becomes of a group by its destination: a noun where it goes. */
export function destinationRemoved(
  name: string,
  isIgnorable: boolean,
  metadata: Retention,
): readonly [one: string, many?: string] | undefined {
  const removed = REMOVED[name];
  if (removed !== undefined) return removed;
  if (metadata === "strip" && METADATA.has(name)) return ["metadata group"];
  // Formulas are written in words that begin so.
  if (!isIgnorable || KEPT.has(name) || /^m[A-Z]/.test(name)) return undefined;
  return ["unlisted group"];
}

/** Whether a control word acts where it stands. */
export function isActiveWord(name: string): boolean {
  return ACTIVE_WORDS.has(name);
}

/** Whether a group is for something else than text where it stands. */
export function isDestination({
  name,
  isIgnorable,
}: {
  readonly name: string;
  readonly isIgnorable: boolean;
}): boolean {
  return isIgnorable || KEPT.has(name) || REMOVED[name] !== undefined;
}

const NEEDS_GROUP = words("rtf rt object field fldinst pict sp");

/** Whether a control word starts something that is looked at as a group, and so may not come later in one. */
export function needsOwnGroup(name: string): boolean {
  return NEEDS_GROUP.has(name) || REMOVED[name] !== undefined;
}
