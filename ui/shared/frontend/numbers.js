// How numbers are written, and how typed ones are read.

const MINUS = "\u2212";
const WHOLE = new Intl.NumberFormat("en-US");

/** 1,240 */
export function whole(value) {
  return WHOLE.format(Math.round(value)).replace("-", MINUS);
}

/** Three significant digits: 0.0123, 1.23, 12.3, 1,230, 1.2e6 */
export function short(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "\u2013";
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1e5 || size < 1e-3) return value.toExponential(1).replace("e+", "e").replaceAll("-", MINUS);
  if (size >= 1000) return whole(value);
  return value.toPrecision(3).replace("-", MINUS);
}

/** 0.81, 12, 0.042 */
export function distanceWords(value) {
  if (value >= 1e4 || !Number.isFinite(value)) return short(value);
  return value >= 10 ? whole(value) : value >= 0.095 ? value.toFixed(2) : value.toFixed(3);
}

/** A gradient's norm: 12, 0.42, 3·10⁻⁵ */
export function gradientWords(value) {
  if (value === 0 || (value >= 0.0095 && value < 1e4)) return String(Number(value.toPrecision(2)));
  const [mantissa, exponent] = value.toExponential(0).split("e");
  return mantissa === "1" ? powerText(Number(exponent)) : `${mantissa}\u00b7${powerText(Number(exponent))}`;
}

/** How many powers of ten something fell, in words: "fell 2,000×", "fell 10⁷×", "grew 3.0×". */
export function fallWords(powers) {
  return `${powers < 0 ? "grew" : "fell"} ${timesWords(Math.abs(powers))}`;
}

/** So many powers of ten: "3.0×", "2,000×", "10⁷×". */
export function timesWords(powers) {
  const times = 10 ** powers;
  const said =
    times < 9.5 ? times.toFixed(1) : times < 1e4 ? whole(Number(times.toPrecision(2))) : powerText(Math.round(powers));
  return `${said}\u00d7`;
}

/** 10⁻³ */
export function powerText(power) {
  const digits = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";
  if (power === 0) return "1";
  return `10${power < 0 ? "\u207b" : ""}${[...String(Math.abs(power))].map((digit) => digits[digit]).join("")}`;
}

/** Ticks: as short as the number allows. */
export function tick(value) {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e5 || size < 1e-3))
    return value.toExponential(0).replace("e+", "e").replaceAll("-", MINUS);
  if (size >= 1000) return `${Number((value / 1000).toPrecision(3))}k`.replace("-", MINUS);
  return String(Number(value.toPrecision(3))).replace("-", MINUS);
}

export function percent(share) {
  return share === null ? "\u2013" : `${Math.round(100 * share)} %`;
}

/** Shares that are the whole, as whole per cent where these add up to 100, else with a digit more. */
export function percents(shares) {
  const digits = shares.reduce((sum, share) => sum + Math.round(100 * share), 0) === 100 ? 0 : 1;
  return shares.map((share) => `${Number((100 * share).toFixed(digits))}\u202f%`);
}

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
