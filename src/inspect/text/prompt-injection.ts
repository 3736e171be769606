/**
 * Signals that a text speaks to a language model instead of a person. They are signals and not proof: the default
 * action is to report. Written from how such texts must work: they revoke the instructions in force, give the model
 * another role, ask for what it was told or knows, or make it send data away.
 */
export interface PromptSignal {
  /** Ends `lazaret/prompt-injection/NAME`. */
  readonly name: string;
  readonly message: string;
  readonly pattern: RegExp;
}

/** Words of which every signal below needs one; a text without them is left alone. */
const STEMS =
  /ignor|disregard|forget|overrid|bypass|instru|istruz|prompt|pretend|act as|you are (?:now|the|an?) |you'?re |developer mode|jailbreak|without (?:any )?restrict|language model|\bAI\b|system|assistant|anweisung|vorgaben|vergiss|oublie|olvida|esquec|dimentica|negeer|vergeet|talimat|инструк|указани|игнорир|забудь|指示|指令|忽略|无视|無視|忘れ|지시|무시|تعليمات|تجاهل|निर्देश|poleceni|polecen|append|exfil|send (?:it|this|them|all|the)|!\[/iu;

const GAP = String.raw`[\s\p{P}]{1,3}(?:[\p{L}\p{N}'’]{1,16}[\s\p{P}]{1,3}){0,5}?`;
const english = (verbs: string, objects: string): RegExp =>
  new RegExp(`(?<![\\p{L}])(?:${verbs})${GAP}(?:${objects})`, "iu");

const SIGNALS: readonly PromptSignal[] = [
  {
    name: "override",
    message: "tells a model to give up its instructions",
    pattern: english(
      "ignore|disregard|forget|override|bypass|neglect|skip|do not follow|don['’]t follow|stop following",
      "(?:(?:previous|prior|above|earlier|preceding|foregoing|existing|original|initial|system|safety|your|these|those|the) )?(?:instructions?|prompts?|directions?|directives?|guidelines?|rules|commands?|context|constraints|restrictions|programming|filters?|safeguards?)|everything (?:above|before)|(?:my|the) (?:previous|last) (?:request|message)|the user\\b|being (?:harmless|helpful|safe)",
    ),
  },
  {
    name: "override-translated",
    message: "tells a model to give up its instructions",
    pattern:
      /(?:ignorier\w{0,4}|vergiss|missachte\w{0,2}|beachte nicht)[^.!?\n]{0,40}(?:anweisung|vorgaben|instruktion|regeln|prompt)|(?:ignore[rz]?|oublie[rz]?|ne tiens? pas compte)[^.!?\n]{0,40}(?:instructions|consignes|r[èe]gles|directives)|(?:ignora|ignore|olvida|olvide|omite|omita|esque[çc]a|desconsidere|dimentica|tralascia)[^.!?\n]{0,40}(?:instrucciones|indicaciones|reglas|instru[çc][õo]es|regras|istruzioni|regole)|(?:negeer|vergeet)[^.!?\n]{0,40}(?:instructies|regels|opdrachten)|(?:z?ignoruj|zapomnij)[^.!?\n]{0,40}(?:instrukcj|polece)|talimatlar[^.!?\n]{0,40}(?:yok say|unut|görmezden)|(?:игнорируй|проигнорируй|забудь|не обращай внимания)[^.!?\n]{0,40}(?:инструкц|указани|правил|команд)|(?:忽略|无视|無視|忘记|忘掉|不要理会)[^。！？\n]{0,20}(?:指令|指示|说明|說明|提示|规则)|(?:指示|命令|プロンプト)[^。！？\n]{0,12}(?:無視|忘れ)|(?:지시|명령|프롬프트|지침)[^.!?\n]{0,12}(?:무시|잊)|تجاهل[^.!?\n]{0,40}(?:تعليمات|التعليمات|الأوامر|القواعد)|निर्देश[^.!?\n]{0,30}(?:अनदेखा|नज़रअंदाज़|भूल)/iu,
  },
  {
    name: "role",
    message: "gives a model another role",
    pattern:
      /\byou(?:['’]re| are) (?:now |no longer |going to (?:act|be) )(?:in |an? |the |my |acting |bound|free|DAN\b|operating)|\byou are (?:the system prompt|an? (?:unrestricted|uncensored|jailbroken|AI|language model|large language model))|\b(?:pretend|imagine|roleplay)(?: that)? you(?:['’]re| are)\b|\bI want you to (?:act|pretend|behave|respond|roleplay|simulate)\b|\bact as (?:an? |the |my |if you )?(?:unrestricted|uncensored|evil|DAN|linux terminal|system|admin|root|jailbroken|cyber)|\b(?:developer|god|sudo|debug|DAN|jailbreak) mode\b|\bfrom now on,? you (?:will|are|must|shall)\b|\bjailbr(?:eak|oken)\b|\banswer (?:\w{1,12} ){0,3}without (?:any )?(?:restrictions?|filter)/i,
  },
  {
    name: "leak",
    message: "asks a model for its instructions or for data it holds",
    pattern:
      /\b(?:reveal|print|repeat|show|output|display|tell me|give me|leak|disclose|provide|return|write out|summari[sz]e)\b[^.!?\n]{0,48}\b(?:system prompt|initial prompt|hidden (?:prompt|instructions)|your (?:prompt|instructions|rules|guidelines|configuration)|(?:text|content)s? of the prompt|confidential (?:data|information)|instructions (?:above|you were given)|credit card (?:details|number)|(?:user )?passwords|api keys?)\b/i,
  },
  {
    name: "addressee",
    message: "speaks to a model and not to a reader",
    pattern:
      /\b(?:if you are|attention|dear|note to|message (?:to|for)|hey|hello),? (?:an? |any |all |the )?(?:AI|LLM|GPT|Claude|Gemini|Copilot|chatbot|language model)s?\b|\bAI (?:assistants?|agents?|models?) (?:reading|processing|summari[sz]ing|must|should|that read)|\b(?:new|updated|real|actual|important|additional) (?:system )?instructions?\s{0,2}(?:for (?:the )?(?:AI|assistant|model))?\s{0,2}:|\[\s{0,2}system\s{0,2}(?:note|message|override|prompt)?\s{0,2}[\]:]|\bAI injection\b|\bas an? (?:AI|large) language model,? you\b/i,
  },
  {
    name: "instead",
    message: "swaps the answer that a model is to give",
    pattern:
      /\b(?:do not|don['’]t|instead of|rather than|never) (?:print|answer|summari[sz]e|translate|respond|reply|output|mention)[^\n]{0,80}\binstead\b[^\n]{0,32}\b(?:print|say|respond|reply|output|write|answer|run|call|send)|\bsimply (?:respond|reply|answer|provide|tell me|output)\b[^\n]{0,64}|\b(?:respond|reply|answer) (?:only )?with(?: exactly| the text)?[:\s]{1,3}["'“‘]|\brepeat (?:exactly |after me|the (?:words|text))/i,
  },
  {
    name: "exfiltration",
    message: "makes a model send data to a URL",
    pattern:
      /\b(?:send|post|forward|append|upload|leak|exfiltrate|transmit|encode)\b[^\n]{0,80}\b(?:to|at|via)\b[^\n]{0,16}https?:\/\/|\bfetch (?:the )?(?:contents?|data|secrets?)\b[^\n]{0,48}\bhttps?:\/\/|\bsend (?:it|them|this|that) to me\b/i,
  },
  {
    name: "markdown-image",
    message: "a Markdown image whose URL leaves room for data: rendering it sends the data away",
    pattern:
      /!\[[^\]\n]{0,200}\]\(\s{0,4}<?https?:\/\/[^\s)]{1,400}[?&/=](?:\{|%7B|\$\{|\[[A-Z_ -]{2,}|<[A-Z_ -]{2,}|(?:[\w-]{1,32}=)?(?:BASE64|DATA|SECRET|SUMMARY|CONVERSATION|CHAT_?HISTORY|PASSWORD|TOKEN)\b)/i,
  },
];

/** Longest text that is searched at each end; an instruction stands where a model reads it, and cost stays bounded. */
const WINDOW = 65_536;

/** The signals that a text gives, with what matched. */
export function findPromptSignals(text: string): { readonly signal: PromptSignal; readonly matched: string }[] {
  const window = text.length <= 2 * WINDOW ? text : `${text.slice(0, WINDOW)}\n${text.slice(-WINDOW)}`;
  if (!STEMS.test(window)) return [];
  return SIGNALS.flatMap((signal) => {
    const matched = signal.pattern.exec(window)?.[0];
    return matched === undefined ? [] : [{ signal, matched }];
  });
}
