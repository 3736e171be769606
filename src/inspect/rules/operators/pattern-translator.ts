import type { ByteSet } from "../byte-set.ts";
import { addOtherCase, byteSource, byteSet, classSource, GENERIC_TYPES, mindsCase, propertySet } from "./byte-set.ts";
import { readClass } from "./pattern-class.ts";
import { PROPERTY, readCharacter } from "./pattern-escape.ts";

/** A JavaScript pattern that does what one of PCRE does. */
export interface TranslatedPattern {
  readonly source: string;
  readonly flags: string;
  /** For each group of the pattern, 0 the match itself, which of JavaScript's groups it is; undefined where all are the same. */
  readonly groups: readonly number[] | undefined;
}

/** The options that can change inside a pattern. */
interface Options {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly extended: boolean;
  readonly ungreedy: boolean;
}

const OPTION_OF: Readonly<Record<string, keyof Options>> = {
  i: "ignoreCase",
  m: "multiline",
  s: "dotAll",
  x: "extended",
  U: "ungreedy",
};

/** One element, which a quantifier may follow. */
interface Item {
  readonly source: string;
  /** Cannot be repeated: an option, or an assertion such as `^`. */
  readonly once?: boolean;
  /** A look-around: a quantifier needs a group around it. */
  readonly loose?: boolean;
}

const NOTHING: Item = { source: "", once: true };

// The numbers of JavaScript's groups are known at the end only: until then one character stands for the opening of a
// group, another for a reference to it. No other character of a source is beyond ASCII.
const OPENING = 0xe000;
const REFERENCE = 0xf000;
const MOST_GROUPS = 1000;

/** `^` at every line, but not after a line end that ends the text. */
const LINE_START = "(?<![^\\n])(?<!\\n(?![^]))";
/** `$` at every line. */
const LINE_END = "(?![^\\n])";
/** `$` of one line: the end, or a line end there. */
const LAST_LINE_END = "(?=\\n?$)";

const QUOTED = /\\Q([^]*?)(?:\\E|$)|\\E|\\[^]/g;
const QUANTIFIER = /([*+?]|\{(\d+)(?:(,)(\d*))?\})([?+]?)/y;
const OPTIONS = /\(\?(\^?)([a-zA-Z]*)(?:-([a-zA-Z]*))?([:)])/y;
const NAMED = /\(\?(?:P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')/y;
const NAME_REFERENCE = /\(\?P=(\w+)\)|\\k(?:\{(\w+)\}|<(\w+)>|'(\w+)')|\\g\{([A-Za-z_]\w*)\}/y;
const NUMBER_REFERENCE = /\\g(?:\{([+-]?\d+)\}|([+-]?\d+))|\\([1-9]\d*)/y;
const WORD_EDGE = /\[\[:([<>]):\]\]/y;
const COMMENT = /\(\?#[^)]*\)/y;
const SPACE_OR_COMMENT = /(?:[ \t-\r]|#[^\n]*(?:\n|$))+/y;

/** Rewrites a pattern of PCRE in one pass over it. */
export class PatternTranslator {
  readonly #pattern: string;
  /** Whether values may hold line ends. */
  readonly #lines: boolean;
  #at = 0;
  #options: Options = { ignoreCase: false, multiline: true, dotAll: true, extended: false, ungreedy: false };
  /** Whether JavaScript ignores case in the whole pattern. V8's modifiers, for a part, lose matches (seen in Node 26). */
  readonly #ignoring: boolean;
  /** An element minds case where JavaScript would not. */
  #minds = false;
  /** The groups opened so far: the pattern's own, and those that atomic groups need. */
  #count = 0;
  #opened = 0;
  /** Which opening each group of the pattern has; of 0, where `\K` has moved the start of the match. */
  readonly #openings: number[] = [];
  readonly #names = new Map<string, number>();
  /** The groups that are sure to have taken part at this place. */
  #sure = new Set<number>();
  #depth = 0;
  #behind = false;

  constructor(pattern: string, lines: boolean, ignoring: boolean) {
    this.#pattern = pattern.replaceAll(QUOTED, (whole, quoted?: string) => {
      if (whole === "\\E") return "";
      return quoted === undefined ? whole : quoted.replaceAll(/[^0-9A-Za-z]/g, "\\$&");
    });
    this.#lines = lines;
    this.#ignoring = ignoring;
  }

  /** The whole pattern; undefined where JavaScript would ignore case in an element that minds it. */
  translate(): TranslatedPattern | undefined {
    const source = this.#disjunction();
    if (this.#at < this.#pattern.length) throw new SyntaxError("a parenthesis is closed that was not opened");
    return this.#minds ? undefined : { flags: this.#ignoring ? "is" : "s", ...this.#number(source) };
  }

  /** Puts numbers in the place of openings and references. */
  #number(source: string): Omit<TranslatedPattern, "flags"> {
    const numbers = new Map<number, number>();
    for (const character of source) {
      const code = character.charCodeAt(0);
      if (code >= OPENING && code < REFERENCE) numbers.set(code - OPENING, numbers.size + 1);
    }
    const numbered = source.replaceAll(/[\ue000-\uffff]/g, (character) => {
      const code = character.charCodeAt(0);
      return code < REFERENCE ? "(" : `(?:\\${numbers.get(code - REFERENCE) ?? 0})`;
    });
    if (this.#opened === this.#count) return { source: numbered, groups: undefined };
    const groups = Array.from({ length: this.#count + 1 }, (_, group) => numbers.get(this.#openings[group] ?? -1) ?? 0);
    return { source: numbered, groups };
  }

  /** Alternatives, up to the end or a closing parenthesis. */
  #disjunction(): string {
    const before = this.#sure;
    const branches: string[] = [];
    const sure: Set<number>[] = [];
    do {
      this.#sure = new Set(before);
      branches.push(this.#alternative());
      sure.push(this.#sure);
    } while (this.#eat("|"));
    if (this.#depth === 0 && branches.length > 1 && this.#openings[0] !== undefined)
      throw new SyntaxError("\\K in one of several alternatives has no equivalent");
    const [first = new Set<number>(), ...others] = sure;
    this.#sure = new Set([...first].filter((group) => others.every((other) => other.has(group))));
    return branches.join("|");
  }

  #alternative(): string {
    let source = "";
    let closing = "";
    for (;;) {
      this.#skipComments();
      const next = this.#pattern[this.#at];
      if (next === undefined || next === "|" || next === ")") return source + closing;
      if (this.#pattern.startsWith("\\K", this.#at)) {
        source += this.#keep();
        closing += ")";
      } else source += this.#term();
    }
  }

  /** `\K`: from here on, the text is the match. A group does it, and the match is told from it. */
  #keep(): string {
    if (this.#depth > 0 || this.#openings[0] !== undefined) throw new SyntaxError("\\K here has no equivalent");
    this.#at += 2;
    const opening = this.#opened++;
    this.#openings[0] = opening;
    return String.fromCharCode(OPENING + opening);
  }

  /** An element with its quantifier. */
  #term(): string {
    const sure = this.#sure;
    this.#sure = new Set(sure);
    const item = this.#element();
    this.#skipComments();
    const found = this.#exec(QUANTIFIER);
    if (found === null) return item.source;
    const [, sign = "", least = "0", comma, most = "", suffix] = found;
    this.#checkQuantifier(item, sign, comma === undefined ? least : most);
    if (sign !== "+" && Number(least) === 0) this.#sure = sure;
    this.#skipComments();
    if (this.#quantifierHere()) throw new SyntaxError("a quantifier follows a quantifier");
    const repeated = `${item.loose === true ? `(?:${item.source})` : item.source}${sign}`;
    if (suffix === "+") return this.#atomic(repeated);
    return (suffix === "?") === this.#options.ungreedy ? repeated : `${repeated}?`;
  }

  #checkQuantifier({ once }: Item, sign: string, most: string): void {
    if (once === true) throw new SyntaxError("a quantifier follows nothing that it could repeat");
    const [, least] = /^\{(\d+)/.exec(sign) ?? [];
    checkLimits(least ?? "0", most);
  }

  #skipComments(): void {
    while (this.#skip(COMMENT) || (this.#options.extended && this.#skip(SPACE_OR_COMMENT)));
  }

  /** What matched is not given back: JavaScript never tries a look-ahead again. */
  #atomic(source: string): string {
    if (this.#behind) throw new SyntaxError("an atomic group in a look-behind has no equivalent");
    const opening = this.#opened++;
    return `(?:(?=${String.fromCharCode(OPENING + opening)}${source}))${String.fromCharCode(REFERENCE + opening)})`;
  }

  #element(): Item {
    const character = this.#pattern.charAt(this.#at);
    switch (character) {
      case "(":
        return this.#parenthesis();
      case "[":
        return this.#class();
      case "\\":
        return this.#escape();
      case "*":
      case "+":
      case "?":
      case "{":
        if (this.#quantifierHere()) return NOTHING;
        this.#at++;
        return this.#plain(character);
      default:
        this.#at++;
        return this.#plain(character);
    }
  }

  #quantifierHere(): boolean {
    QUANTIFIER.lastIndex = this.#at;
    return QUANTIFIER.test(this.#pattern);
  }

  #plain(character: string): Item {
    if (character === "^") return this.#lineStart();
    if (character === "$") return this.#lineEnd();
    if (character === ".") return { source: this.#options.dotAll ? "." : "[^\\n]" };
    return this.#byte(character.charCodeAt(0));
  }

  #lineStart(): Item {
    return { source: this.#options.multiline && this.#lines ? LINE_START : "^", once: true };
  }

  #lineEnd(): Item {
    if (!this.#lines) return { source: "$", once: true };
    return { source: this.#options.multiline ? LINE_END : LAST_LINE_END, once: true };
  }

  #byte(code: number): Item {
    const set = new Uint8Array(256);
    set[code] = 1;
    if (this.#options.ignoreCase) addOtherCase(set);
    const alone = this.#ignoring || set.indexOf(1) === set.lastIndexOf(1);
    return this.#set(set, false, alone ? byteSource(code) : undefined);
  }

  #set(set: ByteSet, negated: boolean, source = classSource(set, negated)): Item {
    if (this.#ignoring && mindsCase(set)) this.#minds = true;
    return { source };
  }

  #class(): Item {
    const [edge, side] = this.#exec(WORD_EDGE) ?? [];
    if (edge !== undefined) return { source: side === "<" ? "\\b(?=\\w)" : "\\b(?<=\\w)", once: true };
    const { set, negated, end } = readClass(this.#pattern, this.#at, this.#options.ignoreCase);
    this.#at = end;
    return this.#set(set, negated);
  }

  #escape(): Item {
    const reference = this.#reference();
    if (reference !== undefined) return reference;
    const letter = this.#pattern.charAt(this.#at + 1);
    const property = this.#exec(PROPERTY);
    if (property !== null) return this.#set(propertySet(property[0]), false);
    const simple = this.#simpleEscape(letter);
    if (simple !== undefined) {
      this.#at += 2;
      return simple;
    }
    const { code, end } = readCharacter(this.#pattern, this.#at, false);
    this.#at = end;
    return this.#byte(code);
  }

  #simpleEscape(letter: string): Item | undefined {
    const type = GENERIC_TYPES.get(letter);
    if (type !== undefined) {
      const capital = letter < "a";
      return this.#set(capital ? type.map((held) => 1 - held) : type, capital);
    }
    switch (letter) {
      case "b":
      case "B":
        return { source: `\\${letter}`, once: true };
      case "A":
      case "G":
        return { source: "^", once: true };
      case "z":
        return { source: "$", once: true };
      case "Z":
        return { source: this.#lines ? LAST_LINE_END : "$", once: true };
      case "N":
        return this.#set(byteSet("\n\n"), true);
      case "C":
        return { source: "[^]" };
      case "R":
        // Atomic: of a carriage return and a line feed never the first alone.
        return { source: "(?:\\r\\n|(?!\\r\\n)[\\n-\\r\\x85])" };
      case "X":
        return { source: "(?:\\r\\n|(?!\\r\\n)[^])" };
      default:
        return undefined;
    }
  }

  /** A back-reference, by name or number. */
  #reference(): Item | undefined {
    const named = this.#exec(NAME_REFERENCE);
    if (named !== null) {
      const name = named.slice(1).find((one) => one !== undefined) ?? "";
      return this.#referTo(this.#names.get(name) ?? 0);
    }
    const start = this.#at;
    const [, braced, bare, digits] = this.#exec(NUMBER_REFERENCE) ?? [];
    const relative = braced ?? bare;
    if (relative !== undefined) {
      const number = Number(relative);
      return this.#referTo(relative.startsWith("-") ? this.#count + 1 + number : number);
    }
    if (digits === undefined) return undefined;
    if (Number(digits) < 10 || digits >= "8" || Number(digits) <= this.#count) return this.#referTo(Number(digits));
    // A number that no group has is octal.
    this.#at = start;
    return undefined;
  }

  #referTo(group: number): Item {
    const opening = this.#openings[group];
    if (group < 1 || opening === undefined || !this.#sure.has(group))
      throw new SyntaxError("a reference to a group that may have taken no part has no equivalent");
    if (this.#ignoring && !this.#options.ignoreCase) this.#minds = true;
    if (!this.#ignoring && this.#options.ignoreCase)
      throw new SyntaxError("a reference without case, in a pattern that minds case elsewhere, has no equivalent");
    return { source: String.fromCharCode(REFERENCE + opening) };
  }

  #parenthesis(): Item {
    const rest = this.#pattern.slice(this.#at, this.#at + 4);
    if (/^\(\?<?[=!]/.test(rest)) return this.#look();
    if (rest.startsWith("(?>")) return this.#group(3, () => this.#atomic(this.#disjunction()));
    if (rest.startsWith("(?P=")) return this.#reference() ?? NOTHING;
    if (this.#setOptions()) return NOTHING;
    const options = this.#exec(OPTIONS);
    if (options !== null) return this.#optionGroup(options);
    const named = this.#exec(NAMED);
    if (named !== null) return this.#capture(0, named[1] ?? named[2]);
    if (/^\(\*|^\(\?/.test(rest)) throw new SyntaxError(`the group ${rest}… has no equivalent`);
    return this.#capture(1);
  }

  /** Reads what a group holds, from some characters on, and its closing parenthesis; the options are its own. */
  #group(skipped: number, read: () => string): Item {
    this.#at += skipped;
    const options = this.#options;
    this.#depth++;
    const source = read();
    this.#depth--;
    this.#options = options;
    if (!this.#eat(")")) throw new SyntaxError("a parenthesis is not closed");
    return { source };
  }

  #capture(skipped: number, name?: string): Item {
    const group = ++this.#count;
    const opening = this.#opened++;
    if (opening >= MOST_GROUPS) throw new SyntaxError("the pattern has too many groups");
    this.#openings[group] = opening;
    if (name !== undefined) {
      if (this.#names.has(name)) throw new SyntaxError(`two groups have the name ${name}`);
      this.#names.set(name, group);
    }
    const item = this.#group(skipped, () => `${String.fromCharCode(OPENING + opening)}${this.#disjunction()})`);
    // In a look-behind JavaScript goes backwards: a reference would come before its group.
    if (!this.#behind) this.#sure.add(group);
    return item;
  }

  #look(): Item {
    const [head = ""] = /^\(\?<?[=!]/.exec(this.#pattern.slice(this.#at, this.#at + 4)) ?? [];
    const [sure, behind] = [this.#sure, this.#behind];
    if (head.includes("<")) this.#behind = true;
    const { source } = this.#group(head.length, () => `${head}${this.#disjunction()})`);
    this.#behind = behind;
    if (head.endsWith("!")) this.#sure = sure;
    return { source, loose: true };
  }

  /** `(?i)` and its kind; true where it stands here. The options hold to the end of the group. */
  #setOptions(): boolean {
    const start = this.#at;
    const found = this.#exec(OPTIONS);
    if (found === null) return false;
    if (found[4] === ":") {
      this.#at = start;
      return false;
    }
    this.#options = this.#changed(found);
    return true;
  }

  #optionGroup(found: RegExpExecArray): Item {
    const changed = this.#changed(found);
    return this.#group(0, () => {
      this.#options = changed;
      return `(?:${this.#disjunction()})`;
    });
  }

  #changed([, unset, on = "", off = ""]: RegExpExecArray): Options {
    let options = this.#options;
    const base = { ignoreCase: false, multiline: false, dotAll: false, extended: false };
    if (unset !== "") options = { ...options, ...base };
    for (const [letters, value] of [
      [on, true],
      [off, false],
    ] as const)
      for (const letter of letters) {
        const option = OPTION_OF[letter];
        if (option === undefined) throw new SyntaxError(`the option ${letter} has no equivalent`);
        options = { ...options, [option]: value };
      }
    return options;
  }

  #eat(character: string): boolean {
    if (this.#pattern[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #skip(expression: RegExp): boolean {
    return this.#exec(expression) !== null;
  }

  /** Reads what a sticky expression matches here. */
  #exec(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#pattern);
    if (found !== null) this.#at += found[0].length;
    return found;
  }
}

function checkLimits(least: string, most: string): void {
  if (Number(least) > 65_535 || Number(most) > 65_535) throw new SyntaxError("a quantifier is greater than 65535");
  if (most !== "" && Number(least) > Number(most)) throw new SyntaxError("the limits of a quantifier are out of order");
}
