// The one palette. Real and generated are the same in light and dark; ink and paper come from Streamlit's theme.

export const REAL = "#1E88E5";
export const FAKE = "#E8710A";
export const REAL_RGB = [30, 136, 229];
export const FAKE_RGB = [232, 113, 10];

export const ALARM = "#D32F2F";

/** The style of a component's root: the palette for its style sheet, and nothing to be seen until that has come. */
export const UNSTYLED = `opacity: 0; --real: ${REAL}; --fake: ${FAKE}; --alarm: ${ALARM}`;

export const ARROW_PX = 40; // length of a gradient of 1, at x1; the same in all panels

/** The dash of each panel's lines: A solid, B dashed, C dotted, D dash-dot. */
export const DASHES = [[], [6, 4], [2, 3.5], [9, 3.5, 2, 3.5]];

/** The hue of each panel, on light and on dark paper. */
const PANELS = {
  light: ["#00796B", "#7B1FA2", "#AD1457", "#455A64"],
  dark: ["#4DB6AC", "#CE93D8", "#F48FB1", "#B0BEC5"],
};

/** Gives a style sheet the hues of the panels, as `--panel-a` to `--panel-d`. */
export function dress(root, theme) {
  for (const [index, hue] of theme.panels.entries()) root.style.setProperty(`--panel-${"abcd"[index]}`, hue);
}

/** {ink, paper, line, font, dark, panels, unit} as they are now; `unit` is how many CSS pixels one of a picture's has. */
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
  const dark = luminance(paper) < 0.4;
  const panels = PANELS[dark ? "dark" : "light"];
  const unit = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  return { ink, paper, line, font, dark, panels, unit, key: [ink, paper, line, font, unit].join("|") };
}

function luminance(colour) {
  const context = document.createElement("canvas").getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
}
