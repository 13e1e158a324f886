// Between a slider's position (0 to 1) and a value that is worth having: two digits on a log scale, round steps on a
// linear one, powers of two where the range runs between powers of two.

const MANTISSAS = [1, 2, 5];

export class Scale {
  /** A field as Python describes it: kind, log, slider [from, to], low and high (the hard bounds, or null). */
  constructor({ kind, log, slider, low, high }) {
    this.whole = kind === "int";
    this.log = log;
    this.low = low ?? -Infinity;
    this.high = high ?? Infinity;
    const [from, to] = slider ?? [low ?? 0, high ?? 1];
    this.from = from;
    this.to = to;
    this.doubles = this.whole && log && isPower(this.from) && isPower(this.to);
    this.step = this.whole ? 1 : 10 ** Math.round(Math.log10((this.to - this.from) / 200));
  }

  /** 0 to 1; what lies outside the slider's range is at its end. */
  position(value) {
    const t = this.log
      ? Math.log(Math.max(value, this.from) / this.from) / Math.log(this.to / this.from)
      : (value - this.from) / (this.to - this.from);
    return Math.min(1, Math.max(0, t));
  }

  value(position, multiple = 1) {
    if (position <= 0) return this.fit(this.from, multiple);
    if (position >= 1) return this.fit(this.to, multiple);
    const raw = this.log ? this.from * (this.to / this.from) ** position : this.from + position * (this.to - this.from);
    return this.fit(this.round(raw), multiple);
  }

  /** The next round value, up (direction 1) or down (-1); `far` goes a decade, or ten steps. Within the hard bounds. */
  next(value, direction, far = false, multiple = 1) {
    let next;
    if (multiple > 1) next = value + direction * multiple * (far ? 10 : 1);
    else if (!this.log) next = tidy(value + direction * this.step * (far ? 10 : 1));
    else if (value <= 0) next = direction > 0 ? this.from : value;
    else if (this.doubles) next = neighbour(doubled(value), value, direction * (far ? 2 : 1));
    else next = far ? tidy(value * 10 ** direction) : neighbour(decades(value), value, direction);
    if (this.whole) next = Math.round(next);
    return Math.min(this.high, Math.max(this.low, next));
  }

  round(raw) {
    if (this.doubles) return nearest(doubled(raw), raw);
    if (this.log) {
      const two = Number(raw.toPrecision(2));
      return this.whole ? Math.round(two) : two;
    }
    return tidy(Math.round(raw / this.step) * this.step);
  }

  fit(value, multiple) {
    const inside = Math.min(this.to, Math.max(this.from, value));
    return multiple > 1 ? Math.max(multiple, Math.round(inside / multiple) * multiple) : inside;
  }
}

function isPower(value) {
  return Number.isInteger(Math.log2(value));
}

/** 0.30000000000000004 -> 0.3 */
function tidy(value) {
  return Number(value.toPrecision(12));
}

/** Powers of two and the values half way between, around a value: 64, 96, 128 */
function doubled(value) {
  const power = 2 ** Math.floor(Math.log2(Math.max(1, value)));
  const stops = [
    power / 4,
    (3 * power) / 8,
    power / 2,
    (3 * power) / 4,
    power,
    1.5 * power,
    2 * power,
    3 * power,
    4 * power,
  ];
  return stops.filter((stop) => Number.isInteger(stop));
}

/** 1, 2, 5 in the decades around a value. */
function decades(value) {
  const power = Math.floor(Math.log10(value));
  return [power - 1, power, power + 1].flatMap((each) => MANTISSAS.map((mantissa) => Number(`${mantissa}e${each}`)));
}

function neighbour(stops, value, count) {
  const beyond = count > 0 ? stops.filter((stop) => stop > value) : stops.filter((stop) => stop < value).reverse();
  return beyond[Math.min(Math.abs(count), beyond.length) - 1] ?? value;
}

function nearest(stops, value) {
  return stops.reduce((best, stop) =>
    Math.abs(Math.log(stop / value)) < Math.abs(Math.log(best / value)) ? stop : best,
  );
}
