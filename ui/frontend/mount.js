// Mounts an exhibit once, and keeps it while Streamlit draws the page around it again.

const boards = new WeakMap(); // parentElement -> board

/**
 * What a component's entry does: hands the data of each run to one `Board`, made with the first. A board that has
 * something to tell Python says it by `post(value)`, which sets the trigger of that name.
 */
export function mount({ data, parentElement, setTriggerValue }, Board, trigger) {
  if (!data) return undefined;
  let board = boards.get(parentElement);
  if (!board) {
    board = new Board(parentElement);
    boards.set(parentElement, board);
  }
  if (trigger) board.post = (value) => setTriggerValue(trigger, value);
  board.receive(data);
  return () => {
    if (parentElement.isConnected) return; // Streamlit also calls this when new data overtakes old
    board.close();
    boards.delete(parentElement);
  };
}
