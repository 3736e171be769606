import { bytesOf } from "../../byte-set.ts";
import { type Folding, rulesByKind } from "./folding.ts";
import { copy, isUnary, isWord, Kind, type Token } from "./token.ts";

/** Folds `tokens[left]` and the two after it. False where they stay. */
export function foldTriple(folding: Folding): boolean {
  const { tokens, left } = folding;
  const first = tokens[left];
  const second = tokens[left + 1];
  const third = tokens[left + 2];
  if (first === undefined || second === undefined || third === undefined) return false;
  const drops = TRIPLE_RULES[first.kind]?.(first, second, third) ?? 0;
  if (drops === 0) return false;
  folding.count -= drops;
  folding.left = 0;
  return true;
}

/** How many of the last tokens go; 0 where three tokens stay. */
type TripleRule = (first: Token, second: Token, third: Token) => number;

/** Kinds of tokens, by their letters: numbers, names, variables, strings and functions. */
const VALUES = bytesOf("1nsv");
const VALUES_AND_FUNCTIONS = bytesOf("1nsvf");
const NAMES_AND_NUMBERS = bytesOf("1n");
const OPERANDS = bytesOf("v1n");

/** `value , value`. */
const list: TripleRule = (_first, second, third) => (second.kind === Kind.comma && VALUES[third.kind] === 1 ? 2 : 0);

/** `value :: type`. */
const cast: TripleRule = (_first, second, third) =>
  second.kind === Kind.operator && third.kind === Kind.sqlType && isWord(second, "::") ? 2 : 0;

const arithmetic: TripleRule = (_first, second, third) =>
  second.kind === Kind.operator && NAMES_AND_NUMBERS[third.kind] === 1 ? 2 : 0;

const variableArithmetic: TripleRule = (_first, second, third) =>
  second.kind === Kind.operator && OPERANDS[third.kind] === 1 ? 2 : 0;

const operators: TripleRule = (_first, second, third) =>
  second.kind !== Kind.leftParen && third.kind === Kind.operator ? 2 : 0;

const logicOperators: TripleRule = (_first, _second, third) => (third.kind === Kind.logicOperator ? 2 : 0);

/** `database.table`. */
const qualified: TripleRule = (_first, second, third) =>
  second.kind === Kind.dot && third.kind === Kind.bareword ? 2 : 0;

/** `SELECT . name`. */
const dotBeforeName: TripleRule = (_first, second, third) => {
  if (second.kind !== Kind.dot || third.kind !== Kind.bareword) return 0;
  copy(second, third);
  return 1;
};

/** `SELECT + (`. */
const unaryBeforeParen: TripleRule = (_first, second, third) => {
  if (third.kind !== Kind.leftParen || !isUnary(second)) return 0;
  copy(second, third);
  return 1;
};

/** `SELECT - 1`. */
const unaryBeforeValue: TripleRule = (_first, second, third) => {
  if (VALUES_AND_FUNCTIONS[third.kind] !== 1 || !isUnary(second)) return 0;
  copy(second, third);
  return 1;
};

/** `, -1`: the comma goes too, as in `1, -1`, unless a function follows. */
const unaryInList: TripleRule = (_first, second, third) => {
  if (VALUES_AND_FUNCTIONS[third.kind] !== 1 || !isUnary(second)) return 0;
  copy(second, third);
  return third.kind === Kind.function ? 1 : 3;
};

/** `USER(name)` is no call: the function takes nothing. */
const userOfSomething: TripleRule = (first, second, third) => {
  if (second.kind === Kind.leftParen && third.kind !== Kind.rightParen && isWord(first, "USER"))
    first.kind = Kind.bareword;
  return 0;
};

function firstOf(...rules: readonly TripleRule[]): TripleRule {
  return (first, second, third) => {
    for (const rule of rules) {
      const drops = rule(first, second, third);
      if (drops > 0) return drops;
    }
    return 0;
  };
}

/** The rules, by the kind of the first token, in the order in which they are tried. */
const TRIPLE_RULES = rulesByKind<TripleRule>([
  [Kind.number, firstOf(arithmetic, cast, list)],
  [Kind.bareword, firstOf(arithmetic, cast, list, qualified)],
  [Kind.variable, firstOf(variableArithmetic, cast, list)],
  [Kind.string, firstOf(cast, list)],
  [Kind.operator, operators],
  [Kind.logicOperator, logicOperators],
  [Kind.expression, firstOf(unaryBeforeParen, unaryBeforeValue, dotBeforeName)],
  [Kind.group, firstOf(unaryBeforeParen, unaryBeforeValue)],
  [Kind.comma, firstOf(unaryBeforeParen, unaryInList)],
  [Kind.keyword, unaryBeforeValue],
  [Kind.function, userOfSomething],
]);
