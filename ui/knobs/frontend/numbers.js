// How values are written, and how typed text is read.

/** As short as is true: 1e-4, 0.001, 0.05, 3,000 */
export function format(value) {
  if (typeof value !== "number") return String(value ?? "");
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || (size >= 1e6 && !Number.isInteger(value)) || size >= 1e12)) {
    return value.toExponential().replace("e+", "e");
  }
  const [whole, part] = String(value).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return part ? `${grouped}.${part}` : grouped;
}

const GROUPED = /^[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/;

/** The number that a text stands for, or null. "3,000" is three thousand, "0,05" a twentieth. */
export function parse(text) {
  let clean = text.trim().replace(/[\s_]/g, "").replaceAll("\u2212", "-");
  if (GROUPED.test(clean)) clean = clean.replaceAll(",", "");
  else if (clean.split(",").length === 2 && !clean.includes(".")) clean = clean.replace(",", ".");
  const power = /^(?:1(?:\.0*)?[x*\u00d7])?10\^([+-]?\d+)$/.exec(clean);
  if (power) return Number(`1e${power[1]}`);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(clean)) return null;
  const value = Number(clean);
  return Number.isFinite(value) ? value : null;
}
