// A run as the points of a line: [step, value, step, value, …]; a NaN breaks the line.

const MOST_POINTS_OF_THIN = 160; // of each thin line when many seeds are drawn
const cache = new WeakMap(); // run -> {version, name -> columns}

/** A run's series as points, and with many seeds the thin line of each. A share is drawn on the scale of the modes. */
export function columnsOf(run, series, most, many, chart) {
  if (!run?.newest) return { points: [], thin: [] };
  let kept = cache.get(run);
  if (kept?.version !== run.version) {
    kept = { version: run.version };
    cache.set(run, kept);
  }
  const key = `${series.name}.${many}.${series.thin}`;
  if (!kept[key]) {
    const factor = series.share && chart.modes ? most : 1;
    const replicas = run.newest.replicas;
    const read = replicas > 1 ? (frame) => frame.median(series.name) : (frame) => frame.scalar(series.name);
    const scaled = (value) => (series.complement ? 1 - value : value) * factor;
    kept[key] = { points: gather(run.having(series.name), read, scaled, 1), thin: [] };
    if (replicas > 1 && many && !series.thin) {
      const frames = run.having(series.name);
      const stride = Math.max(1, Math.ceil(frames.length / MOST_POINTS_OF_THIN));
      for (let replica = 0; replica < replicas; replica++) {
        kept[key].thin.push(gather(frames, (frame) => frame.scalar(series.name, replica), scaled, stride));
      }
    }
  }
  return kept[key];
}

function gather(frames, read, scaled, stride) {
  const points = [];
  for (let i = 0; i < frames.length; i += i + stride < frames.length ? stride : Math.max(1, frames.length - 1 - i)) {
    const frame = frames[i];
    const value = read(frame);
    points.push(frame.step, value === null ? NaN : scaled(value));
  }
  return points;
}

/**
 * The mean of all that lies within `width` pixels, {points, band}; `band` holds [step, lowest, highest, ...] of
 * the same places, or null where the frames lie further apart than that.
 */
export function steady(points, toX, width) {
  const [means, band] = [[], []];
  /** @type {any} */
  let crowd = null;
  const leave = () => {
    if (!crowd) return;
    means.push(crowd.steps / crowd.count, crowd.values / crowd.count);
    band.push(crowd.steps / crowd.count, crowd.low, crowd.high);
    crowd = null;
  };
  for (let i = 0; i < points.length; i += 2) {
    const [step, value] = [points[i], points[i + 1]];
    if (Number.isNaN(value)) continue;
    const at = Math.floor(toX(step) / width);
    if (crowd?.at !== at) {
      leave();
      crowd = { at, count: 0, steps: 0, values: 0, low: Infinity, high: -Infinity };
    }
    crowd.count += 1;
    crowd.steps += step;
    crowd.values += value;
    crowd.low = Math.min(crowd.low, value);
    crowd.high = Math.max(crowd.high, value);
  }
  leave();
  return means.length < points.length / 2 ? { points: means, band } : { points, band: null };
}
