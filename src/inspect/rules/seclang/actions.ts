/** One action of a rule: `id:101110`, `block`, `t:lowercase`, `msg:'…'`. */
export interface ActionWord {
  /** In lower case. */
  readonly name: string;
  readonly value: string | undefined;
}

/** The actions of a rule, in order. Values may stand in single quotes, in which commas do not separate. Throws `SyntaxError`. */
export function parseActions(text: string): ActionWord[] {
  const actions: ActionWord[] = [];
  const pattern = /\s*([A-Za-z]+)\s*(?::\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^,'\\]|\\.|'(?:[^'\\]|\\.)*')*)))?\s*(?:,|$)/sy;
  const end = text.trimEnd().length;
  while (pattern.lastIndex < end) {
    const at = pattern.lastIndex;
    const found = pattern.exec(text);
    if (found === null)
      throw new SyntaxError(`the actions cannot be read from here: ${text.slice(at, at + 60).trim()}`);
    const [, name = "", quoted, plain] = found;
    actions.push({ name: name.toLowerCase(), value: quoted?.replaceAll("\\'", "'") ?? plain?.trim() });
  }
  return actions;
}
