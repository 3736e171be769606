import { CharClass, charClasses } from "../../core/char-class.ts";
import type { RuleFilter } from "./filter/rule-filter.ts";
import type { Transformation } from "./transformations/transformation.ts";

/** A value in one form: as it came, or after some transformations. What is found out about it is kept. */
export class Form {
  /** A byte string. */
  readonly value: string;
  /** The union of its `CharClass` bits, or some more. */
  readonly classes: number;
  #open: readonly number[] | undefined;
  #next: Map<Transformation, Form> | undefined;

  constructor(value: string, classes: number) {
    this.value = value;
    this.classes = classes;
  }

  /** The ways in which a filter's rules are open for it. */
  openWays(filter: RuleFilter): readonly number[] {
    this.#open ??= filter.openIn(this.value).copy();
    return this.#open;
  }

  /** What a transformation makes of it. */
  after(transformation: Transformation): Form {
    if (transformation.triggers !== 0 && (this.classes & transformation.triggers) === 0) return this;
    const known = this.#next?.get(transformation);
    if (known !== undefined) return known;
    const value = transformation.apply(this.value);
    const form = value === this.value ? this : new Form(value, classesAfter(transformation, this.classes, value));
    this.#next ??= new Map();
    this.#next.set(transformation, form);
    return form;
  }
}

/** A value under inspection: each chain of transformations is applied once, and those that would change nothing never. */
export class Subject {
  readonly plain: Form;

  /** `value` is a byte string. */
  constructor(value: string, classes: number) {
    this.plain = new Form(value, classes);
  }

  /** The value after all transformations. */
  form(transformations: readonly Transformation[]): Form {
    let form = this.plain;
    for (const transformation of transformations) form = form.after(transformation);
    return form;
  }

  /** The value as it came, and after each transformation that changed it: what `multiMatch` looks at. */
  forms(transformations: readonly Transformation[]): Form[] {
    const forms = [this.plain];
    for (const transformation of transformations) {
      const former = forms.at(-1) ?? this.plain;
      const form = former.after(transformation);
      if (form !== former) forms.push(form);
    }
    return forms;
  }
}

/** The classes of an outcome, or some more: changing case or white space adds nothing else, and so needs no look. */
function classesAfter({ name }: Transformation, before: number, value: string): number {
  if (name === "lowercase") return before;
  return name === "compressWhitespace" ? before | CharClass.space : charClasses(value);
}
