import { type AST, RegExpParser } from "@eslint-community/regexpp";

/** A pattern's syntax tree. The pattern is without the flags `u` and `v`. */
export function syntaxTree(pattern: RegExp): AST.Pattern {
  return new RegExpParser({ ecmaVersion: 2025 }).parsePattern(pattern.source);
}
