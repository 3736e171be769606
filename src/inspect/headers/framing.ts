import type { FieldCheck } from "./check.ts";
import { REMOVE } from "./check.ts";

const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

/** Response splitting and smuggling: characters that no field may hold (RFC 9110, section 5.5). */
export const checkFieldSyntax: FieldCheck = ({ name, value }) => {
  if (/[\r\n\0]/.test(value) || /[\r\n\0]/.test(name))
    return {
      category: "crlf",
      rule: "lazaret/header/line-break",
      severity: "critical",
      message: "a header field holds a line break or NUL: response splitting",
      evidence: `${name}: ${value}`,
      remedy: REMOVE,
      byDefault: "block",
    };
  if (/[\u0001-\u0008\u000b-\u001f\u007f]/.test(value))
    return {
      category: "header",
      rule: "lazaret/header/control",
      severity: "medium",
      message: "a header field holds control characters",
      evidence: `${name}: ${value}`,
      remedy: REMOVE,
    };
  if (!TOKEN.test(name))
    return {
      category: "header",
      rule: "lazaret/header/name",
      severity: "medium",
      message: "a header field's name is not a token",
      evidence: name,
      remedy: REMOVE,
    };
  return undefined;
};
