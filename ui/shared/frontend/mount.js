// Mounts an exhibit once, and keeps it while Streamlit draws the page around it again.

import { remeasure } from "./canvas.js";

const boards = new WeakMap(); // parentElement -> board

/**
 * What the entry of a component that says nothing does: hands the data of each run to one `Board`, made with the first.
 */
export function mount({ data, parentElement }, Board) {
  if (!data) return undefined;
  let board = boards.get(parentElement);
  if (!board) {
    board = new Board(parentElement);
    boards.set(parentElement, board);
  }
  board.receive(data);
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
