// What D says of either kind of point, and what each player pays: bars and numbers with their sentence.

import { make, say } from "../../../shared/frontend/elements.js";
import { explain } from "../../../shared/frontend/term.js";

export class Answers {
  constructor() {
    this.judge = make("h4", {});
    this.bars = { real: new Bar("real"), fake: new Bar("fake") };
    this.pays = make("h4", {});
    this.losses = { d: new Loss("d"), g: new Loss("g") };
    this.steps = make("p", { class: "steps" });
    this.root = make(
      "div",
      { class: "answers" },
      make("div", { class: "judge" }, this.judge, this.bars.real.root, this.bars.fake.root),
      make("div", { class: "pays" }, this.pays, this.losses.d.root, this.losses.g.root),
      this.steps,
    );
  }

  build({ labels, terms }, even) {
    say(this.judge, labels.judge);
    say(this.bars.real.label, labels.of_data);
    say(this.bars.fake.label, labels.of_generated);
    say(this.pays, labels.losses);
    this.losses.d.build(labels.d_loss, labels.even_d.replace("{even}", even.d_loss.toFixed(2)), terms.L_D.says);
    this.losses.g.build(labels.g_loss, labels.even_g.replace("{even}", even.g_loss.toFixed(2)), terms.L_G.says);
  }

  show({ says_real, says_fake, d_loss, g_loss, d_steps, g_steps }, { labels }) {
    this.bars.real.show(says_real);
    this.bars.fake.show(says_fake);
    this.losses.d.show(d_loss);
    this.losses.g.show(g_loss);
    say(this.steps, labels.steps_taken.replace("{d}", d_steps).replace("{g}", g_steps));
  }
}

class Bar {
  constructor(kind) {
    this.label = make("span", { class: "of" });
    this.fill = make("span", { class: `fill ${kind}` });
    this.value = make("b", {});
    this.root = make("div", { class: "bar" }, this.label, make("span", { class: "track" }, this.fill), this.value);
  }

  show(share) {
    this.fill.style.width = `${(100 * share).toFixed(1)}%`;
    say(this.value, `${Math.round(100 * share)} %`);
  }
}

class Loss {
  constructor(player) {
    this.name = make("span", { class: "name" });
    this.value = make("b", {});
    this.even = make("span", { class: "even" });
    this.root = make("div", { class: `loss ${player}` }, this.name, this.value, this.even);
  }

  build(name, even, says) {
    this.name.replaceChildren(name);
    explain(this.name, says);
    say(this.even, even);
  }

  show(loss) {
    say(this.value, loss.toFixed(2));
  }
}
