import { CharClass, charClasses } from "../../core/char-class.ts";
import { UNQUOTED } from "./operators/operator.ts";
import type { Vocabulary } from "./vocabulary.ts";
import type { Transformation } from "./transformations/transformation.ts";

/** A value in one form, with the union of its `CharClass` bits, or some more. */
export interface Form {
  readonly value: string;
  readonly classes: number;
}

/** A value under inspection: each chain of transformations is applied once, and those that would change nothing never. */
export class Subject {
  readonly plain: Form;
  readonly #forms = new Map<string, Form>();
  readonly #words = new Map<Form, readonly number[]>();
  readonly #unquotedWords = new Map<Form, readonly number[]>();

  /** `value` is a byte string. */
  constructor(value: string, classes: number) {
    this.plain = { value, classes };
  }

  /** The numbers of a vocabulary's words in one of the forms, looked for once. */
  wordsIn(form: Form, vocabulary: Vocabulary): readonly number[] {
    const known = this.#words.get(form) ?? vocabulary.inText(form.value);
    this.#words.set(form, known);
    return known;
  }

  /** As `wordsIn`, in the form without its quotes. */
  unquotedWordsIn(form: Form, vocabulary: Vocabulary): readonly number[] {
    const known = this.#unquotedWords.get(form) ?? vocabulary.inText(form.value.replaceAll(UNQUOTED, ""));
    this.#unquotedWords.set(form, known);
    return known;
  }

  /** The value after all transformations. */
  form(transformations: readonly Transformation[]): Form {
    let form = this.plain;
    let chain = "";
    for (const transformation of transformations) {
      if (isIdentity(transformation, form)) continue;
      chain += `${transformation.name} `;
      form = this.#step(chain, transformation, form);
    }
    return form;
  }

  /** The value as it came, and after each transformation that changed it: what `multiMatch` looks at. */
  forms(transformations: readonly Transformation[]): Form[] {
    const forms = [this.plain];
    for (const transformation of transformations) {
      const former = forms.at(-1) ?? this.plain;
      if (isIdentity(transformation, former)) continue;
      const value = transformation.apply(former.value);
      if (value !== former.value) forms.push({ value, classes: charClasses(value) });
    }
    return forms;
  }

  #step(chain: string, transformation: Transformation, from: Form): Form {
    const known = this.#forms.get(chain);
    if (known !== undefined) return known;
    const value = transformation.apply(from.value);
    const form = value === from.value ? from : { value, classes: classesAfter(transformation, from, value) };
    this.#forms.set(chain, form);
    return form;
  }
}

/** The classes of an outcome, or some more: changing case or white space adds nothing else, and so needs no look. */
function classesAfter({ name }: Transformation, from: Form, value: string): number {
  if (name === "lowercase") return from.classes;
  return name === "compressWhitespace" ? from.classes | CharClass.space : charClasses(value);
}

function isIdentity({ triggers }: Transformation, { classes }: Form): boolean {
  return triggers !== 0 && (classes & triggers) === 0;
}
