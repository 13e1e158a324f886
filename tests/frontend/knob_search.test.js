// Whatever a knob is called, by its label, a choice, its field or a paper, finds it; what calls none finds none.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { findKnobs, isNear } from "../../ui/knobs/frontend/knob_search.js";

const DESCRIBED = `
import json
from gancore.config import RunConfig
from ui.knobs import described
points = RunConfig(data="points", points=((0, 0),))
print(json.dumps(described([points], ["A"], activity=["nothing"])["fields"]))
`;
const FIELDS = JSON.parse(execFileSync(".venv/bin/python", ["-c", DESCRIBED], { encoding: "utf8" }));
const names = (query) => [...findKnobs(FIELDS, query).keys()];

/** As somebody may write it: other case, spaces or nothing for hyphens. */
const spellings = (text) => [text, text.toUpperCase(), text.replace(/[-_]/g, " "), ` ${text.toLowerCase()} `];

test("every label finds its field, and says nothing of how", () => {
  for (const { name, label } of FIELDS) {
    for (const query of spellings(label)) assert.equal(findKnobs(FIELDS, query).get(name), "", `${name} by ${query}`);
  }
});

test("every choice, its label, every synonym and every name finds its field", () => {
  for (const { name, words, choices = [] } of FIELDS) {
    for (const text of [name, ...words, ...choices.flat()]) {
      for (const query of spellings(text)) assert.ok(names(query).includes(name), `${name} by ${query}`);
    }
  }
});

test("what a student types finds what a paper means", () => {
  for (const [query, name] of [
    ["wasserstein", "loss"],
    ["minimax", "loss"],
    ["wgan", "loss"],
    ["wgan-gp", "penalty"],
    ["wgangp", "penalty"],
    ["WGAN GP", "penalty"],
    ["spectral", "constraint"],
    ["sngan", "constraint"],
    ["ttur", "d_lr"],
    ["two time-scale", "g_lr"],
    ["critic lr", "d_lr"],
    ["augment", "augment"],
    ["diffaugment", "augment"],
    ["cutout", "policy"],
    ["n_critic", "d_steps"],
    ["k", "d_steps"],
    ["z", "latent_dim"],
    ["ema", "average"],
    ["r1", "penalty"],
    ["pacgan", "pack"],
    ["unrolled", "unroll_steps"],
    ["boosting", "model"],
    ["beta", "d_beta1"],
    ["β1", "g_beta1"],
    ["batch", "batch_size"],
    ["depth", "g_layers"],
    ["optimistic", "g_optimizer"],
    ["extragradient", "updates"],
    ["mode collapse", "pack"],
    ["vanishing gradient", "loss"],
  ])
    assert.ok(names(query).includes(name), `${query} finds ${names(query)}`);
});

test("a row that is found by another word than its label says by which", () => {
  assert.equal(findKnobs(FIELDS, "wgan-gp").get("penalty"), "WGAN-GP");
  assert.equal(findKnobs(FIELDS, "minimax").get("loss"), "minimax");
  assert.equal(findKnobs(FIELDS, "critic learning rate").get("d_lr"), "critic");
});

test("one typo is forgiven in a word of five letters or more, and in no shorter one", () => {
  for (const query of ["wassersten", "wasserstien", "spectrel", "pacgam", "difaugment", "uunrolled", "momentun"]) {
    assert.ok(names(query).length > 0, query);
  }
  assert.ok(names("wassersten").includes("loss"));
  assert.deepEqual(names("adem"), []);
  assert.deepEqual(names("wasersten"), []); // two letters are missing
});

test("nonsense finds nothing, one letter is one word, and no word is every knob", () => {
  for (const query of ["xyzzy", "qwertz uiop", "loss xyzzy", "zzz", "ß", "-9999"])
    assert.deepEqual(names(query), [], query);
  assert.ok(!names("k").includes("noise"));
  assert.equal(names("").length, FIELDS.length);
  assert.equal(names(" - ").length, FIELDS.length);
});

test("words are near that differ by one letter, or by two that are swapped", () => {
  for (const [one, other] of [
    ["hinge", "hinge"],
    ["hinge", "hinges"],
    ["hinge", "hnge"],
    ["hinge", "hinga"],
    ["hinge", "ihnge"],
  ]) {
    assert.ok(isNear(one, other) && isNear(other, one), `${one} ${other}`);
  }
  for (const [one, other] of [
    ["hinge", "hinged up"],
    ["hinge", "hanga"],
    ["hinge", "ginhe"],
    ["hinge", "hng"],
  ]) {
    assert.ok(!isNear(one, other) && !isNear(other, one), `${one} ${other}`);
  }
});
