// What judges the images of the runs: no distance is told without it.

import { whole } from "../../shared/frontend/numbers.js";

/** What judges the images of a run: {short, long}, ways to say it in a title and under the pointer. */
export function featuresOf(lines) {
  const scenes = lines.map(({ run }) => run?.scene).filter((one) => one?.features);
  const [scene] = scenes;
  if (!scene) return { short: [], long: [] };
  if (scenes.some(({ features }) => features !== scene.features)) {
    const each = lines
      .filter(({ run }) => run?.scene?.features)
      .map(({ panel, run }) => `${panel.label} by ${run.scene.features}`);
    return { short: ["features differ"], long: [`not to be compared: ${each.join(", ")}`] };
  }
  const { features, judged, reference } = scene;
  return {
    short: [`${features}, n ${whole(judged)}`, features, `n ${whole(judged)}`],
    long: [`features: ${features}; ${whole(judged)} generated against ${whole(reference)} real`],
  };
}
