import { bytesOf } from "../../byte-set.ts";
import { type Folding, rulesByKind } from "./folding.ts";
import {
  assign,
  beginsWithWord,
  copy,
  isArithmetic,
  isCallable,
  isUnary,
  isWord,
  Kind,
  type Token,
  valueByte,
  valueLength,
} from "./token.ts";
import { SQL_WORDS } from "./words.ts";

/** Whether two tokens became fewer or other ones, stay, or cannot be read for sure. */
export type PairOutcome = "folded" | "kept" | "evil";

/** Folds `tokens[left]` and the one after it. */
export function foldPair(folding: Folding): PairOutcome {
  const first = folding.tokens[folding.left];
  const second = folding.tokens[folding.left + 1];
  if (first === undefined || second === undefined) return "kept";
  const outcome = PAIR_RULES[first.kind]?.(folding, first, second);
  if (outcome !== undefined) return outcome;
  return second.kind === Kind.rightBrace ? dropLast(folding) : "kept";
}

/** What a rule says of two tokens; undefined where it says nothing. */
type PairRule = (folding: Folding, first: Token, second: Token) => PairOutcome | undefined;

/** The last token goes, and the folding starts over. */
function dropLast(folding: Folding): PairOutcome {
  folding.count--;
  folding.left = 0;
  return "folded";
}

/** The last token goes, and the folding goes back by one. */
function dropLastAndStepBack(folding: Folding): PairOutcome {
  folding.count--;
  if (folding.left > 0) folding.left--;
  return "folded";
}

/** The last token goes where the second is of the same kind: `"a" "b"`, `;;`. */
const repeated: PairRule = (folding, first, second) => {
  if (second.kind !== first.kind) return undefined;
  folding.count--;
  return "folded";
};

const doubled: PairRule = (folding, first, second) => (second.kind === first.kind ? dropLast(folding) : undefined);

const unaryAfterOperator: PairRule = (folding, _first, second) =>
  isUnary(second) || second.kind === Kind.sqlType ? dropLast(folding) : undefined;

const unaryAfterParen: PairRule = (folding, _first, second) =>
  isUnary(second) ? dropLastAndStepBack(folding) : undefined;

/** Keywords, names, operators, UNION, functions, expressions, Transact-SQL, types and logic operators. */
const JOINED = bytesOf("knoUfETt&");

/** Two words that are a phrase: `UNION ALL`. */
const phrase: PairRule = (folding, first, second) => {
  if (JOINED[second.kind] !== 1) return undefined;
  const found = SQL_WORDS.phrase(first, second);
  if (found === undefined) return undefined;
  const [words, kind] = found;
  assign(first, kind, words, 0, words.length);
  return dropLastAndStepBack(folding);
};

/** `; IF` is Transact-SQL's statement; elsewhere IF is a function. */
const ifAfterSemicolon: PairRule = (_folding, _first, second) => {
  if (second.kind !== Kind.function || !beginsWithWord(second, "IF")) return undefined;
  second.kind = Kind.transact;
  return "folded";
};

const calledName: PairRule = (_folding, first, second) => {
  if (second.kind !== Kind.leftParen || !isCallable(first)) return undefined;
  first.kind = Kind.function;
  return "folded";
};

/** `IN (` is an operator; without the parenthesis it is any word. */
const inList: PairRule = (_folding, first, second) => {
  if (!isWord(first, "IN") && !isWord(first, "NOT IN")) return undefined;
  first.kind = second.kind === Kind.leftParen ? Kind.operator : Kind.bareword;
  return "folded";
};

/** `LIKE(` is a function. */
const like: PairRule = (_folding, first, second) => {
  if (!isWord(first, "LIKE") && !isWord(first, "NOT LIKE")) return undefined;
  if (second.kind === Kind.leftParen) first.kind = Kind.function;
  return "kept";
};

/** Names, numbers, types, parentheses, functions, variables and strings. */
const TYPED = bytesOf("n1t(fvs");

/** A type before a value adds nothing. */
const typedValue: PairRule = (folding, first, second) => {
  if (TYPED[second.kind] !== 1) return undefined;
  copy(first, second);
  return dropLast(folding);
};

/** There are too many collations to name; they have an underscore. */
const collation: PairRule = (folding, _first, second) => {
  if (second.kind !== Kind.bareword) return undefined;
  if (hasUnderscore(second)) {
    second.kind = Kind.sqlType;
    folding.left = 0;
  }
  return "kept";
};

function hasUnderscore(token: Token): boolean {
  // As in a C string, a NUL ends the value.
  for (let i = 0; i < valueLength(token) && valueByte(token, i) !== 0; i++)
    if (valueByte(token, i) === 0x5f) return true;
  return false;
}

/** Transact-SQL reads `\%1` as `0 % 1` and `\1` as `1`. */
const backslashed: PairRule = (folding, first, second) => {
  if (isArithmetic(second)) first.kind = Kind.number;
  else {
    copy(first, second);
    folding.count--;
  }
  folding.left = 0;
  return "folded";
};

/** ODBC's `{name value}` is the value. `` {`` `` means what nobody can tell. */
const braced: PairRule = (folding, _first, second) => {
  if (second.kind !== Kind.bareword) return undefined;
  if (valueLength(second) === 0) {
    second.kind = Kind.evil;
    return "evil";
  }
  folding.left = 0;
  folding.count -= 2;
  return "folded";
};

/** The first of the rules that says something. */
function firstOf(...rules: readonly PairRule[]): PairRule {
  return (folding, first, second) => {
    for (const rule of rules) {
      const outcome = rule(folding, first, second);
      if (outcome !== undefined) return outcome;
    }
    return undefined;
  };
}

/** The rules, by the kind of the first token, in the order in which they are tried. */
const PAIR_RULES = rulesByKind<PairRule>([
  [Kind.string, repeated],
  [Kind.semicolon, firstOf(repeated, ifAfterSemicolon)],
  [Kind.operator, firstOf(unaryAfterOperator, phrase, like)],
  [Kind.logicOperator, unaryAfterOperator],
  [Kind.leftParen, firstOf(unaryAfterParen, doubled)],
  [Kind.rightParen, doubled],
  [Kind.keyword, firstOf(phrase, inList)],
  [Kind.bareword, firstOf(phrase, calledName)],
  [Kind.variable, calledName],
  [Kind.union, phrase],
  [Kind.function, phrase],
  [Kind.expression, phrase],
  [Kind.transact, phrase],
  [Kind.sqlType, firstOf(phrase, typedValue)],
  [Kind.collate, collation],
  [Kind.backslash, backslashed],
  [Kind.leftBrace, braced],
]);
