// How A and B are told apart: by dash, by mark and by colour.

export const PANELS = [
  { name: "A", dash: [], mark: "circle", colours: ["#00796b", "#4fc3b1"] },
  { name: "B", dash: [7, 4], mark: "square", colours: ["#8e24aa", "#ce93d8"] },
];

export const colourOf = (panel, theme) => PANELS[panel].colours[theme.dark ? 1 : 0];
