// How numbers are said, from their powers of ten.

import { powerText as power } from "../../../shared/frontend/numbers.js";

/** A size by its logarithm: 12, 0.42, 2.7\u00b710\u207b\u00b3, 10\u207b\u00b9\u00b2\u2070, 0 */
export function share(log) {
  if (log === -Infinity) return "0";
  if (log > -1.996) {
    const value = 10 ** log;
    return value >= 99.5 ? String(Math.round(value)) : String(Number(value.toPrecision(2)));
  }
  let exponent = Math.floor(log);
  let mantissa = Number((10 ** (log - exponent)).toPrecision(2));
  if (mantissa >= 10) [mantissa, exponent] = [1, exponent + 1];
  return exponent <= -100 || mantissa === 1 ? power(exponent) : `${mantissa}\u00b7${power(exponent)}`;
}
