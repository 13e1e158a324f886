// Mounts an exhibit once, and keeps it while Streamlit draws the page around it again.

import { remeasure } from "./canvas.js";

const boards = new WeakMap(); // parentElement -> board

/**
 * What the entry of a component does: hands the data of each run to one board, made by `make(parentElement, data)` with
 * the first. A slider that is being dragged survives that.
 */
export function mount(component, make) {
  const { data, parentElement } = component;
  if (!data) return undefined;
  let board = boards.get(parentElement);
  if (!board) {
    board = make(parentElement, data);
    boards.set(parentElement, board);
  }
  board.receive(data, component);
  return () => {
    if (parentElement.isConnected) return; // Streamlit also calls this when new data overtakes old
    board.close();
    boards.delete(parentElement);
  };
}

/**
 * Puts a board on the page: `pressKey` hears every key before Streamlit does, and `wake` of a new size of the board or
 * of one of its `parts`. Returns what takes it away.
 */
export function attend(board, parent, parts = []) {
  const press = (event) => board.pressKey(event);
  const observer = new ResizeObserver(() => {
    remeasure();
    board.wake();
  });
  window.addEventListener("keydown", press, true);
  parent.append(board.root);
  for (const node of [board.root, ...parts]) observer.observe(node);
  return () => {
    cancelAnimationFrame(board.handle);
    window.removeEventListener("keydown", press, true);
    observer.disconnect();
    board.root.remove();
  };
}
