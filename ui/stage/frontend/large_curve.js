// Which of the curves is the large one: the first, until another was chosen; kept as long as the tab is.

const KEPT = "gancore.large";

export class LargeCurve {
  constructor() {
    this.keys = [];
    this.index = 0;
  }

  /** Other curves stand there: of the same ones as before, what was chosen then. */
  choose(keys) {
    this.keys = keys;
    this.index = Math.max(0, keys.indexOf(kept()[keys.join()]));
  }

  /** Whether that made another curve the large one. */
  set(key) {
    const index = this.keys.indexOf(key);
    if (index < 0 || index === this.index) return false;
    this.index = index;
    try {
      sessionStorage.setItem(KEPT, JSON.stringify({ ...kept(), [this.keys.join()]: key }));
    } catch {
      // no storage: it is kept until the curves change
    }
    return true;
  }
}

function kept() {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
    return found && typeof found === "object" ? found : {};
  } catch {
    return {};
  }
}
