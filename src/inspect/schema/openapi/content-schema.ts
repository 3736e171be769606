import type { FuncKeywordDefinition } from "ajv";
import type { DataValidateFunction } from "ajv/dist/types/index.js";
import { parsedJson } from "../json-check.ts";

/** `contentSchema`: a string whose content is JSON, compared as that. A keyword that JSON Schema itself leaves to applications. */
export function jsonInText(): FuncKeywordDefinition {
  return {
    keyword: "contentSchema",
    type: "string",
    errors: true,
    compile: (schema, _parent, { self }) => {
      const validate = self.compile(schema);
      const check: DataValidateFunction = (text: string) => {
        const parsed = parsedJson(text);
        if (parsed !== undefined && validate(parsed.json)) return true;
        const [error] = parsed === undefined ? [] : (validate.errors ?? []);
        const { keyword = "contentMediaType", instancePath = "", message = "is not JSON", ...rest } = { ...error };
        check.errors = [{ ...rest, keyword, message: `holds JSON that differs at ${instancePath || "/"}: ${message}` }];
        return false;
      };
      return check;
    },
  };
}
