import { bytesOf } from "../../byte-set.ts";
import { spanOf, spanUntil } from "../bytes.ts";

/** What a piece of HTML is. */
export const Piece = {
  text: 0,
  tagName: 1,
  /** The `>` of a start tag. */
  tagEnd: 2,
  selfClosing: 3,
  endTag: 4,
  attributeName: 5,
  attributeValue: 6,
  comment: 7,
  doctype: 8,
} as const;

/** Where in a page a text could stand: in the content, in a tag, or in a quoted attribute. */
export type Context = "content" | "tag" | "'" | '"' | "`";

/** The states of the HTML standard's tokenizer that are left between pieces. */
const State = {
  data: 0,
  tagOpen: 1,
  beforeAttributeName: 2,
  afterAttributeName: 3,
  beforeAttributeValue: 4,
  quotedValue: 5,
  afterQuotedValue: 6,
  selfClosing: 7,
  tagNameClose: 8,
  end: 9,
} as const;

// NUL is in each set, as the published algorithm looks bytes up in C strings; old browsers passed it over.
const WHITE = bytesOf(" \t\n\v\f\r\0");
const NAME_END = bytesOf(" \t\n\v\f\r/>");
const ATTRIBUTE_END = bytesOf(" \t\n\v\f\r\0/=>");
const VALUE_END = bytesOf(" \t\n\v\f\r\0>");
/** The byte 0xFF is the mark of the end in C. */
const END_BYTE = "\xFF";

/**
 * Cuts a byte string into pieces of HTML as the published libinjection algorithm does: the tokenizer of the HTML standard,
 * made simpler, with what old browsers took for markup (`<%`, backticks as quotes, NUL in names).
 */
export class HtmlTokenizer {
  piece: number = Piece.text;
  /** The piece is `text` from `from` to `to`. */
  from = 0;
  to = 0;
  #text = "";
  #at = 0;
  #state: number = State.data;
  #isEndTag = false;
  #quote = "";

  /** Begins with a text, as it would be read in the context. */
  begin(text: string, context: Context): void {
    this.#text = text;
    this.#at = 0;
    this.#isEndTag = false;
    if (context === "content") this.#state = State.data;
    else if (context === "tag") this.#state = State.beforeAttributeName;
    else {
      this.#state = State.quotedValue;
      this.#quote = context;
    }
  }

  /** Goes on to the next piece; false at the end. */
  next(): boolean {
    switch (this.#state) {
      case State.data:
        return this.#data();
      case State.tagOpen:
        return this.#tagOpen();
      case State.beforeAttributeName:
        return this.#beforeAttributeName();
      case State.afterAttributeName:
        return this.#afterAttributeName();
      case State.beforeAttributeValue:
        return this.#beforeAttributeValue();
      case State.quotedValue:
        return this.#quotedValue(0, this.#quote);
      case State.afterQuotedValue:
        return this.#afterQuotedValue();
      case State.selfClosing:
        return this.#selfClosing();
      case State.tagNameClose:
        return this.#tagNameClose();
      default:
        return false;
    }
  }

  #emit(piece: number, from: number, to: number, at: number, state: number): boolean {
    this.piece = piece;
    this.from = from;
    this.to = to;
    this.#at = at;
    this.#state = state;
    return true;
  }

  /** A piece up to where `end` was found, or to the end of the text where it was not. */
  #emitUntil(piece: number, from: number, end: number, skip: number, state: number): boolean {
    if (end >= 0) return this.#emit(piece, from, end, end + skip, state);
    return this.#emit(piece, from, this.#text.length, this.#text.length, State.end);
  }

  #data(): boolean {
    const less = this.#text.indexOf("<", this.#at);
    if (less === this.#at) {
      this.#at++;
      return this.#tagOpen();
    }
    this.#emitUntil(Piece.text, this.#at, less, 1, State.tagOpen);
    return this.to > this.from;
  }

  #tagOpen(): boolean {
    const character = this.#text.charAt(this.#at);
    switch (character) {
      case "":
        return false;
      case "!":
        this.#at++;
        return this.#markupDeclaration();
      case "/":
        this.#at++;
        this.#isEndTag = true;
        return this.#endTagOpen();
      case "?":
        return this.#bogusComment(this.#at + 1);
      case "%":
        return this.#percentComment(this.#at + 1);
      default:
        if (isLetter(character) || character === "\0") return this.#tagName();
        return this.#emit(Piece.text, this.#at - 1, this.#at, this.#at, State.data);
    }
  }

  #endTagOpen(): boolean {
    const character = this.#text.charAt(this.#at);
    if (character === "") return false;
    // `</>` is text, and the next tag counts as an end tag.
    if (character === ">") return this.#data();
    if (isLetter(character)) return this.#tagName();
    this.#isEndTag = false;
    return this.#bogusComment(this.#at);
  }

  #tagName(): boolean {
    const from = this.#at;
    const end = spanUntil(this.#text, from, NAME_END);
    switch (this.#text.charAt(end)) {
      case "":
        return this.#emitUntil(Piece.tagName, from, -1, 0, State.end);
      case "/":
        return this.#emit(Piece.tagName, from, end, end + 1, State.selfClosing);
      case ">":
        if (!this.#isEndTag) return this.#emit(Piece.tagName, from, end, end, State.tagNameClose);
        this.#isEndTag = false;
        return this.#emit(Piece.endTag, from, end, end + 1, State.data);
      default:
        return this.#emit(Piece.tagName, from, end, end + 1, State.beforeAttributeName);
    }
  }

  #tagNameClose(): boolean {
    this.#isEndTag = false;
    const after = this.#at + 1;
    return this.#emit(Piece.tagEnd, this.#at, after, after, after < this.#text.length ? State.data : State.end);
  }

  /** White space passed over: the character that follows, or nothing at the end. */
  #skipWhite(): string {
    this.#at = spanOf(this.#text, this.#at, WHITE);
    const character = this.#text.charAt(this.#at);
    return character === END_BYTE ? "" : character;
  }

  #beforeAttributeName(): boolean {
    for (;;) {
      const character = this.#skipWhite();
      if (character === "") return false;
      if (character === ">") return this.#emit(Piece.tagEnd, this.#at, this.#at + 1, this.#at + 1, State.data);
      if (character !== "/") return this.#attributeName();
      this.#at++;
      if (this.#at >= this.#text.length) return false;
      if (this.#text.charAt(this.#at) === ">") return this.#selfClosing();
    }
  }

  /** After `/` in a tag. */
  #selfClosing(): boolean {
    if (this.#at >= this.#text.length) return false;
    if (this.#text.charAt(this.#at) !== ">") return this.#beforeAttributeName();
    return this.#emit(Piece.selfClosing, this.#at - 1, this.#at + 1, this.#at + 1, State.data);
  }

  #attributeName(): boolean {
    const from = this.#at;
    const end = spanUntil(this.#text, from + 1, ATTRIBUTE_END);
    switch (this.#text.charAt(end)) {
      case "":
        return this.#emitUntil(Piece.attributeName, from, -1, 0, State.end);
      case "/":
        return this.#emit(Piece.attributeName, from, end, end + 1, State.selfClosing);
      case "=":
        return this.#emit(Piece.attributeName, from, end, end + 1, State.beforeAttributeValue);
      case ">":
        return this.#emit(Piece.attributeName, from, end, end, State.tagNameClose);
      default:
        return this.#emit(Piece.attributeName, from, end, end + 1, State.afterAttributeName);
    }
  }

  #afterAttributeName(): boolean {
    switch (this.#skipWhite()) {
      case "":
        return false;
      case "/":
        this.#at++;
        return this.#selfClosing();
      case "=":
        this.#at++;
        return this.#beforeAttributeValue();
      case ">":
        return this.#tagNameClose();
      default:
        return this.#attributeName();
    }
  }

  #beforeAttributeValue(): boolean {
    const character = this.#skipWhite();
    switch (character) {
      case "":
        return false;
      case "'":
      case '"':
      case "`":
        return this.#quotedValue(this.#at + 1, character);
      default: {
        const end = spanUntil(this.#text, this.#at, VALUE_END);
        if (end === this.#text.length) return this.#emitUntil(Piece.attributeValue, this.#at, -1, 0, State.end);
        const closes = this.#text.charAt(end) === ">";
        const state = closes ? State.tagNameClose : State.beforeAttributeName;
        return this.#emit(Piece.attributeValue, this.#at, end, closes ? end : end + 1, state);
      }
    }
  }

  #quotedValue(from: number, quote: string): boolean {
    const close = this.#text.indexOf(quote, from);
    return this.#emitUntil(Piece.attributeValue, from, close, 1, State.afterQuotedValue);
  }

  #afterQuotedValue(): boolean {
    const character = this.#text.charAt(this.#at);
    if (character === "") return false;
    if (character !== "/") return this.#beforeAttributeName();
    this.#at++;
    return this.#selfClosing();
  }

  #markupDeclaration(): boolean {
    const { length } = "doctype";
    const word = this.#text.slice(this.#at, this.#at + length);
    if (/^doctype$/i.test(word)) {
      return this.#emitUntil(Piece.doctype, this.#at, this.#text.indexOf(">", this.#at), 1, State.data);
    }
    if (word === "[CDATA[") return this.#characterData(this.#at + length);
    return word.startsWith("--") ? this.#comment(this.#at + 2) : this.#bogusComment(this.#at);
  }

  #characterData(from: number): boolean {
    return this.#emitUntil(Piece.text, from, this.#text.indexOf("]]>", from), 3, State.data);
  }

  #bogusComment(from: number): boolean {
    return this.#emitUntil(Piece.comment, from, this.#text.indexOf(">", from), 1, State.data);
  }

  /** `<% … %>`, a comment to old browsers. */
  #percentComment(from: number): boolean {
    return this.#emitUntil(Piece.comment, from, this.#text.indexOf("%>", from), 2, State.data);
  }

  /** A comment ends with `-->` or `-!>`; NULs may stand after the first hyphen. */
  #comment(from: number): boolean {
    for (let hyphen = this.#text.indexOf("-", from); hyphen >= 0; hyphen = this.#text.indexOf("-", hyphen + 1)) {
      let mark = hyphen + 1;
      while (this.#text.charAt(mark) === "\0") mark++;
      const character = this.#text.charAt(mark);
      const closes = (character === "-" || character === "!") && this.#text.charAt(mark + 1) === ">";
      if (closes) return this.#emit(Piece.comment, from, hyphen, mark + 2, State.data);
    }
    return this.#emitUntil(Piece.comment, from, -1, 0, State.end);
  }
}

function isLetter(character: string): boolean {
  return (character >= "a" && character <= "z") || (character >= "A" && character <= "Z");
}
