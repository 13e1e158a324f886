// What the stage, the knobs and the exhibits hear from and speak to, and nothing else.
//
// A source has
//   runs       the frames that have come (Runs)
//   state      what stands on the stage as `ui.stage.payload.stage_state` says it, or null
//   knobs      {panels, fields, heard, refused}, or null
//   status     "connecting" | "open" | "lost" | "offline" | "restarted" | "ended" | "closed"
//   drives     whether what is sent is obeyed
//   listen(listener) -> function that ends it; a listener has any of
//              state(state), frames(), knobs(knobs), answer(header, bytes), status(status), draw()
//   send(message) -> whether it went out
//   ask to draw: `draw()` opens the overlay in which data is drawn, on whichever stage listens
//
// A *live* source is a room of the server, a *recorded* one plays what a room has said before. Both say the same
// messages, in the same bytes: docs/channel.md.

import { readHeader } from "../../shared/frontend/codec.js";
import { Runs, readScene } from "./history.js";

export class Source {
  constructor() {
    this.runs = new Runs();
    this.scenes = new Map(); // key -> scene
    this.state = null;
    this.knobs = null;
    this.status = "connecting";
    this.drives = false;
    this.listeners = new Set();
  }

  listen(listener) {
    this.listeners.add(listener);
    if (this.state) listener.state?.(this.state);
    if (this.knobs) listener.knobs?.(this.knobs);
    listener.status?.(this.status);
    return () => {
      this.listeners.delete(listener);
      if (!this.listeners.size) this.rest();
    };
  }

  /** Nobody listens any more. */
  rest() {}

  send(_message) {
    return false;
  }

  draw() {
    this.tell("draw");
  }

  tell(what, ...values) {
    for (const listener of [...this.listeners]) listener[what]?.(...values);
  }

  setStatus(status) {
    if (status === this.status) return;
    this.status = status;
    this.tell("status", status);
  }

  /** One message as it came. Throws where it cannot be read. */
  hear(bytes) {
    const { header, body } = readHeader(bytes);
    const blob = ([offset, length]) => bytes.slice(body + offset, body + offset + length);
    switch (header.kind) {
      case "beat":
        if ("drives" in header) this.drives = header.drives;
        break;
      case "scene":
        this.scenes.set(header.key, readScene(blob(header.scene)));
        break;
      case "state":
        this.takeState(header);
        break;
      case "knobs":
        this.takeKnobs(header);
        break;
      case "frames":
        for (const { run, complete, frames } of header.runs) {
          const batch = frames.map(([seq, offset, length]) => [seq, blob([offset, length])]);
          this.runs.get(run).take(batch, complete);
        }
        this.tell("frames");
        break;
      case "answer":
        this.tell("answer", header, bytes);
        break;
    }
  }

  takeState(state) {
    for (const panel of state.panels) {
      if (panel.parent && !this.runs.has(panel.run)) this.runs.split(panel.run, ...panel.parent);
      const run = panel.run ? this.runs.get(panel.run) : null;
      const scene = this.scenes.get(panel.scene) ?? null;
      if (run && scene && run.scene !== scene) run.setScene(scene);
      panel.scene = run?.scene ?? scene;
    }
    const named = new Set(state.panels.map((panel) => panel.scene));
    for (const [key, scene] of this.scenes) if (!named.has(scene)) this.scenes.delete(key);
    this.state = state;
    this.tell("state", state);
  }

  takeKnobs({ panels, names, fields, heard, refused }) {
    const known = new Map(this.knobs?.fields.map((field) => [field.name, field]));
    for (const field of fields) known.set(field.name, field);
    this.knobs = { panels, fields: names.map((name) => known.get(name)), heard, refused };
    this.tell("knobs", this.knobs);
  }
}
