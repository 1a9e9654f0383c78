/**
 * Does a double keep this number? True when the shortest decimal that names the double has the value the text has:
 * `0.10` and `1e3` are kept, `0.1000000000000000055`, `9007199254740993` and `1e400` are not.
 *
 * @param text a JSON number.
 */
export function isExactDouble(text: string): boolean {
  const double = Number(text);
  if (!Number.isFinite(double)) return false;
  const name = String(double);
  if (name === text) return true;
  const written = decimalOf(text);
  const shortest = decimalOf(name);
  return written.digits === shortest.digits && written.exponent === shortest.exponent;
}

/** |value| = 0.digits × 10^exponent, digits without zeros at either end; zero has none and the exponent 0. */
interface Decimal {
  readonly digits: string;
  readonly exponent: number;
}

function decimalOf(text: string): Decimal {
  const [mantissa = "", power = "0"] = text.replace(/^-/, "").split(/[eE]/);
  const [whole = "", fraction = ""] = mantissa.split(".");
  const all = whole + fraction;
  const start = all.search(/[1-9]/);
  if (start === -1) return { digits: "", exponent: 0 };
  return { digits: withoutTrailingZeros(all.slice(start)), exponent: Number(power) + whole.length - start };
}

/** A regular expression would take quadratic time on a long run of zeros in the middle. */
function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (digits.charCodeAt(end - 1) === 48) end -= 1;
  return digits.slice(0, end);
}
