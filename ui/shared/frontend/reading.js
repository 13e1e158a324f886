// The column of words beside the picture: another card begins at its top.

/** What a component is told of the card that is open; undefined where there is none. */
export function followCard(card) {
  if (card === undefined) return;
  const { dataset } = document.documentElement; // every component has a copy of this module, and there is one page
  const turned = dataset.card !== undefined && dataset.card !== String(card);
  dataset.card = String(card);
  if (turned) document.querySelector(".st-key-reading")?.scrollTo({ top: 0 });
}
