import type { Transformation } from "./transformation.ts";

/**
 * `t:base64Decode`, strict: anything that is not Base64 gives the empty string, and so do spaces that do not end a line.
 * A last group of fewer than four characters is lost. The text ends at its first NUL.
 */
export const base64Decode: Transformation = {
  name: "base64Decode",
  triggers: 0,
  apply: (value) => {
    if (!BASE64_START.test(value)) return "";
    const [text = ""] = value.split("\0", 1);
    const digits = text.replaceAll(/[ \r\n]+/g, "");
    const whole = digits.slice(0, digits.length - (digits.length % 4));
    return Buffer.from(whole, "base64").toString("latin1");
  },
};

/** Lines of Base64, of which the padding may be spread over several, up to the end or the first NUL. */
export const BASE64_START = /^(?:[0-9A-Za-z+/]| *\r?\n)*(?:=(?: *\r?\n)*){0,2} *(?:$|\0)/;
