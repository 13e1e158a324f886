// Mounts an exhibit that the server answers, and keeps it while Streamlit draws the page around it again.

import { mount } from "../../shared/frontend/mount.js";
import { Asking } from "./asking.js";
import { sourceOf } from "./live_source.js";

/**
 * What a component's entry does. A `Board` is made with where it stands and with its questions (`Asking`), and is handed
 * each answer, as bytes, in `receive`. Another setting that the page gives is asked for: the answer moves the controls.
 */
export const mountAnswered = (component, Board, exhibit) =>
  mount(component, (parent) => new Answered(parent, Board, exhibit));

class Answered {
  constructor(parent, Board, exhibit) {
    this.exhibit = exhibit;
    this.source = null;
    this.given = null; // the setting that the page has given last, as text ...
    this.answered = null; // ... and the one that was answered last
    this.asking = new Asking((question) => this.source?.send({ kind: "ask", exhibit, ...question }) ?? false);
    this.board = new Board(parent, this.asking);
  }

  receive({ setting }, component) {
    const source = sourceOf(component);
    if (source !== this.source) {
      this.deaf?.();
      this.source = source;
      this.deaf = source.listen({
        answer: (header, bytes) => {
          if (header.exhibit !== this.exhibit || !this.asking.answered(header.number)) return;
          this.answered = JSON.stringify(header.setting);
          this.board.receive(bytes);
        },
        status: (status) => status === "open" && this.asking.resume(),
      });
    }
    const given = JSON.stringify(setting);
    if (given === this.given) return;
    this.given = given;
    if (given !== this.answered) this.asking.ask({ setting: null });
  }

  close() {
    this.asking.close();
    this.deaf?.();
    this.board.close();
  }
}
