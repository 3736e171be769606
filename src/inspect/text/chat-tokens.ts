/** Tokens by which language models' chat templates and tool calls separate roles: in data they can only be a forgery. */
const TOKENS =
  /<\|(?:im_(?:start|end|sep)|endoftext|begin_of_text|end_of_text|start_header_id|end_header_id|eot_id|eom_id|python_tag|system|user|assistant|end|channel|message|return|call|endofprompt|fim_(?:prefix|middle|suffix)|tool_call)\|>|\[\/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS)\]|<<\/?SYS>>|<\/?start_of_turn>|<\/?end_of_turn>|<｜(?:begin▁of▁sentence|User|Assistant|end▁of▁sentence)｜>|<\/?(?:tool_call|tool_response|function_calls|antml:invoke|antml:function_calls)>|(?:^|\n)\s{0,3}#{2,3} ?(?:Instruction|System|Response):|\n\n(?:Human|Assistant): /u;

/** The first chat-template token in a text, or undefined. */
export function findChatToken(text: string): string | undefined {
  return TOKENS.exec(text)?.[0];
}
