import { hostileDisposition } from "../../core/disposition.ts";
import type { FieldCheck } from "./check.ts";

/** File names of `Content-Disposition` that leave their folder or hide what they are. */
export const checkContentDisposition: FieldCheck = ({ name, value }) => {
  if (name !== "content-disposition") return undefined;
  const hostile = hostileDisposition(value);
  if (hostile === undefined) return undefined;
  return {
    category: "header",
    rule: "lazaret/header/file-name",
    severity: "high",
    message: "the file name of Content-Disposition leaves its folder or hides what it is",
    evidence: hostile.name,
    remedy: { kind: "rewrite", rewrite: () => hostile.safe },
  };
};
