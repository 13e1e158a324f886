// Says over the panels that the connection is away, and whose fault that is. What has been drawn stays and can be scrubbed.

import { make, say, show } from "../../shared/frontend/elements.js";
import { CONNECTION } from "./words.js";

const PATIENCE = 700; // ms that a connection may be away before anybody is told

export class Connection {
  constructor() {
    this.lost = false; // the runs went with the server, and no others have begun
    this.root = make("p", { class: "away", role: "status", hidden: true });
  }

  tell(status) {
    clearTimeout(this.timer);
    if (status === "restarted") this.lost = true;
    const words = CONNECTION[status] ?? (this.lost ? CONNECTION.restarted : "");
    if (!words) show(this.root, false);
    else {
      this.timer = setTimeout(() => {
        say(this.root, words);
        show(this.root, true);
      }, PATIENCE);
    }
  }

  /** Runs are on the stage. */
  begun() {
    if (!this.lost) return;
    this.lost = false;
    this.tell("open");
  }
}
