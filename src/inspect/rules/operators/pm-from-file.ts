import type { OperatorFactory } from "./operator.ts";
import { phraseOperator } from "./phrases.ts";

/** `@pmFromFile FILES`: as `@pm`, with one phrase a line of a file beside the rules; `#` begins a comment line. */
export const pmFromFile: OperatorFactory = (argument, readDataFile) => {
  const files = argument.split(" ").filter(Boolean);
  const lines = files.flatMap((file) => readDataFile(file).split("\n"));
  return phraseOperator("pmFromFile", argument, lines.filter(isPhrase));
};

function isPhrase(line: string): boolean {
  return line !== "" && !/^[ \t-\r]*#/.test(line);
}
