// The name of this browser tab, by which the server finds its runs again.

import { randomName } from "../../shared/frontend/mailbox.js";

const KEPT = "gancore.tab";

/** What this tab is called; a reload does not change it. */
export function tabToken() {
  try {
    const kept = sessionStorage.getItem(KEPT);
    if (kept && /^[0-9a-f]{32}$/.test(kept)) return kept;
    const token = randomName(16);
    sessionStorage.setItem(KEPT, token);
    return token;
  } catch {
    return randomName(16); // no storage: a reload is then a new visit
  }
}
