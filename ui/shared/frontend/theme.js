// The one palette. Real and generated are the same in light and dark; ink and paper come from Streamlit's theme.

export const REAL = "#1E88E5";
export const FAKE = "#E8710A";
export const REAL_RGB = [30, 136, 229];
export const FAKE_RGB = [232, 113, 10];

export const ALARM = "#D32F2F";

// Of each hue the contrast on the paper is at least 4.5, and no two are closer than 12 in CIELAB to an eye without red
// or green cones; dash, mark and letter say the same.
const HUES = {
  light: ["#00796B", "#7B1FA2", "#C2185B", "#263238"],
  dark: ["#26A69A", "#CE93D8", "#FF80AB", "#CFD8DC"],
};

/** The dash of each panel's lines (A solid, B dashed, C dotted, D dash-dot) and its mark, one of `canvas.js`. */
export const SIGNS = [
  { letter: "A", dash: [], mark: "circle" },
  { letter: "B", dash: [6, 4], mark: "square" },
  { letter: "C", dash: [2, 3.5], mark: "diamond" },
  { letter: "D", dash: [9, 3.5, 2, 3.5], mark: "cross" },
];

/** The style of a component's root: the palette for its style sheet, and nothing to be seen until that has come. */
export const UNSTYLED = [
  "opacity: 0",
  `--real: ${REAL}`,
  `--fake: ${FAKE}`,
  `--alarm: ${ALARM}`,
  ...SIGNS.map(({ letter }, i) => `${propertyOf(letter)}: ${HUES.light[i]}`),
].join("; ");

export const ARROW_PX = 40; // length of a gradient of 1, at x1; the same in all panels

/** The custom property that holds the hue of a panel: --panel-a for A. */
export function propertyOf(letter) {
  return `--panel-${letter.toLowerCase()}`;
}

/**
 * What is drawn with now: {ink, paper, line, font, dark, unit, panels}. `unit` is how many pixels a length of 1 px is
 * where letters are larger or smaller than usual; `panels` holds {letter, dash, mark, hue} of each. The node is given the
 * hues as custom properties.
 */
export function readTheme(node) {
  const style = getComputedStyle(node);
  const read = (name, otherwise) => {
    const value = style.getPropertyValue(name).trim();
    return value && value !== "unset" ? value : otherwise;
  };
  const ink = read("--st-text-color", "#31333f");
  const paper = read("--st-background-color", "#ffffff");
  const line = read("--st-border-color", "rgba(128,128,128,0.35)");
  const font = style.fontFamily || "sans-serif";
  const unit = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 || 1;
  const dark = luminance(paper) < 0.4;
  const panels = panelsOf(dark);
  for (const { letter, hue } of panels) {
    if (style.getPropertyValue(propertyOf(letter)).trim() !== hue) node.style.setProperty(propertyOf(letter), hue);
  }
  return { ink, paper, line, font, dark, unit, panels, key: [ink, paper, line, font, unit].join("|") };
}

/** What stands for the panel of that letter. */
export function signOf(theme, letter) {
  return theme.panels.find((one) => one.letter === letter) ?? theme.panels[0];
}

/** What stands for each panel: {letter, dash, mark, hue}. */
export function panelsOf(dark) {
  return SIGNS.map((sign, i) => ({ ...sign, hue: HUES[dark ? "dark" : "light"][i] }));
}

function luminance(colour) {
  const context = document.createElement("canvas").getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
}
