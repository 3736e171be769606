/**
 * Whether a number is a whole multiple of another, both taken as the decimals they are written as: 19.99 is one of 0.01,
 * which the quotient of binary fractions denies. What is too large to be a number is none of anything.
 */
export function isMultiple(value: number, of: number): boolean {
  if (!Number.isFinite(value)) return false;
  if (Number.isSafeInteger(value) && Number.isSafeInteger(of)) return value % of === 0;
  const [digits, exponent] = decimal(value);
  const [step, stepExponent] = decimal(of);
  const common = Math.min(exponent, stepExponent);
  return (digits * 10n ** BigInt(exponent - common)) % (step * 10n ** BigInt(stepExponent - common)) === 0n;
}

/** Digits and power of ten of the shortest decimal that means this number. */
function decimal(value: number): readonly [bigint, number] {
  const [mantissa = "", exponent = "0"] = String(value).split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  return [BigInt(whole + fraction), Number(exponent) - fraction.length];
}
