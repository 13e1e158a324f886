// The name of this browser tab, by which the server finds its runs again.

const KEPT = "gancore.tab";
const BYTES = 16;

/** What this tab is called; a reload does not change it. */
export function tabToken() {
  try {
    const kept = sessionStorage.getItem(KEPT);
    if (kept && /^[0-9a-f]{32}$/.test(kept)) return kept;
    const token = randomName();
    sessionStorage.setItem(KEPT, token);
    return token;
  } catch {
    return randomName(); // no storage: a reload is then a new visit
  }
}

function randomName() {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
