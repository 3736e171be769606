import { CharClass } from "../../core/char-class.ts";
import type { Detection } from "../../core/finding.ts";
import { type Part, partsOf } from "../../core/part.ts";
import { pathKind } from "../../core/policy.ts";
import type { InspectionContext, Stage } from "../../core/stage.ts";
import { findChatToken } from "./chat-tokens.ts";
import { findHidden, type HiddenKind, mayHide, stripHidden } from "./hidden.ts";
import { isPlainText } from "./plain-text.ts";
import { findPromptSignals } from "./prompt-injection.ts";

/** Fewer bytes than this cannot hold an instruction. */
const SHORTEST_INSTRUCTION = 12;
const MAY_HIDE = CharClass.nonAscii | CharClass.control;
/** Instructions have words, which are apart, or are written in a script beyond ASCII; chat tokens have brackets. */
const MAY_INSTRUCT = CharClass.space | CharClass.nonAscii | CharClass.less | CharClass.bracket;

/** A formula outside a CSV file computes something once the value is exported into one: a call, or another program. */
const MAY_COMPUTE = CharClass.equals | CharClass.plus | CharClass.hyphen | CharClass.at;
const FORMULA_STARTS = new Set(Buffer.from("=+-@"));
const FORMULA = /^[=+\-@][A-Za-z_.]{2,32}\(|^[=+\-@][^|]{1,64}\|[^!]{0,256}!/;

const HIDDEN_MESSAGES: Readonly<Record<HiddenKind, string>> = {
  tags: "invisible tag characters spell out text",
  "variation-selectors": "variation selectors stand where nothing varies and can carry bytes",
  "zero-width": "zero-width characters split words or carry a message",
  bidi: "bidirectional controls show the text in another order than it is read",
  fillers: "characters that show nothing",
  control: "control characters",
  ansi: "terminal escape sequences",
};

/** The `text` stage: hidden text, chat-template tokens and prompt injection, in every leaf that is read as text. */
export function createTextStage(): Stage {
  return {
    name: "text",
    inspect(tree, context) {
      return [...partsOf(tree.body)].flatMap((part) => inspectPart(part, context));
    },
  };
}

function inspectPart(part: Part, context: InspectionContext): Detection[] {
  const { leaves } = part;
  const detections: Detection[] = [];
  for (let leaf = 0; leaf < leaves.length; leaf++) {
    if ((leaf & 0x3ff) === 0x3ff) context.budget.checkTime();
    const classes = leaves.classes(leaf);
    if ((classes & MAY_COMPUTE) !== 0 && part.format !== "csv") detections.push(...formulas(part, leaf));
    const hides = (classes & MAY_HIDE) !== 0;
    const instructs = (classes & MAY_INSTRUCT) !== 0 && isLong(part, leaf);
    if ((!hides && !instructs) || isPlain(part, leaf)) continue;
    const value = leaves.value(leaf);
    const seen = [...(hides && mayHide(value) ? hiddenText(value) : []), ...(instructs ? instructions(value) : [])];
    if (seen.length === 0 || isUnread(part, leaf, context)) continue;
    for (const detection of seen) detections.push({ stage: "text", part, leaf, ...detection });
  }
  return detections;
}

/** Whether a look at the bytes shows that there is nothing: true of most values, and much cheaper than making them. */
function isPlain({ leaves, source }: Part, leaf: number): boolean {
  if (!leaves.isVerbatim(leaf)) return false;
  const { start, end } = leaves.span(leaf);
  return isPlainText(source, start, end);
}

function isLong(part: Part, leaf: number): boolean {
  const { start, end } = part.leaves.span(leaf);
  return end - start >= SHORTEST_INSTRUCTION;
}

function isUnread(part: Part, leaf: number, { policy }: InspectionContext): boolean {
  const kind = pathKind(policy, part.leaves.segments(leaf));
  return kind === "opaque" || kind === "file";
}

function formulas(part: Part, leaf: number): Detection[] {
  const { start, end } = part.leaves.span(leaf);
  const first = part.source[start] ?? 0;
  if (end - start < 4 || !FORMULA_STARTS.has(first)) return [];
  const kind = part.leaves.kind(leaf);
  if (kind === "key" || kind === "number" || kind === "comment") return [];
  const value = part.leaves.value(leaf);
  if (!FORMULA.test(value)) return [];
  return [
    {
      stage: "text",
      part,
      leaf,
      category: "csv-formula",
      rule: "lazaret/csv-formula",
      severity: "low",
      message: "a value that a spreadsheet evaluates, once it is exported to one",
      evidence: value,
      remedy: { kind: "rewrite", rewrite: (text) => (FORMULA.test(text) ? `'${text}` : text) },
    },
  ];
}

type LeafDetection = Omit<Detection, "stage" | "part" | "leaf">;

function hiddenText(value: string): LeafDetection[] {
  return findHidden(value).map(({ kind, index, count }) => ({
    category: "hidden-text",
    rule: `lazaret/hidden-text/${kind}`,
    severity: kind === "zero-width" ? "medium" : "high",
    message: `${HIDDEN_MESSAGES[kind]} (${count})`,
    evidence: value.slice(Math.max(0, index - 8)),
    remedy: { kind: "rewrite", rewrite: stripHidden },
  }));
}

function instructions(value: string): LeafDetection[] {
  // What is read is judged, not what is spelled: styled letters are letters, and hidden ones are not there.
  const read = stripHidden(value).normalize("NFKC");
  const token = findChatToken(read);
  const detections: LeafDetection[] = findPromptSignals(read).map(({ signal, matched }) => ({
    category: "prompt-injection",
    rule: `lazaret/prompt-injection/${signal.name}`,
    severity: "medium",
    message: signal.message,
    evidence: matched,
  }));
  if (token !== undefined)
    detections.push({
      category: "prompt-injection",
      rule: "lazaret/prompt-injection/chat-token",
      severity: "high",
      message: "a token of a language model's chat template",
      evidence: token,
    });
  return detections;
}
