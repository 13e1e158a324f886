// Mounts an exhibit once, and keeps it while Streamlit draws the page around it again.

import { isTyping } from "./keys.js";
import { followAddress, heedPresenting, presentingKey } from "./presenting.js";
import { followCard } from "./reading.js";

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
  followAddress();
  followCard(data.card);
  board.receive(data, component);
  return () => {
    if (parentElement.isConnected) return; // Streamlit also calls this when new data overtakes old
    board.close();
    boards.delete(parentElement);
  };
}

/**
 * Puts a board on the page: `pressKey` hears every key before Streamlit does, and `wake` of a new size of the board or
 * of one of its canvases. Returns what takes it away.
 */
export function attend(board, parent) {
  const press = (event) => pressPresenting(event) || board.pressKey(event);
  const wake = () => board.wake();
  const observer = new ResizeObserver(wake);
  window.addEventListener("keydown", press, true);
  board.root.addEventListener("resized", wake);
  const ignore = heedPresenting(wake);
  parent.append(board.root);
  observer.observe(board.root);
  return () => {
    cancelAnimationFrame(board.handle);
    window.removeEventListener("keydown", press, true);
    observer.disconnect();
    ignore();
    board.root.remove();
  };
}

/** Returns whether a key began or ended the presentation. */
function pressPresenting(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return false;
  const act = isTyping(event.composedPath()[0]) ? null : presentingKey(event.key);
  if (!act) return false;
  event.preventDefault();
  event.stopImmediatePropagation();
  act();
  return true;
}
