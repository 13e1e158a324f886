// What a room has said, played without a server: its messages one after the other, each behind its length.
//
//   (u32 length, little endian | message)*

import { Source } from "./source.js";

export class RecordedSource extends Source {
  /** `bytes`: as `ui.channel.transcript` writes them. Throws where they are no such thing. */
  constructor(bytes) {
    super();
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < bytes.byteLength; ) {
      const length = at + 4 <= bytes.byteLength ? view.getUint32(at, true) : -1;
      if (length < 0 || at + 4 + length > bytes.byteLength) throw new Error("recording: it ends in a message");
      this.hear(bytes.slice(at + 4, at + 4 + length));
      at += 4 + length;
    }
    if (!this.state) throw new Error("recording: it says nothing of a stage");
    this.status = "open";
  }
}
