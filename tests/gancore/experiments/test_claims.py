"""A claim is judged at its length, and not before."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gancore.experiments.claims import judge, looked_at
from gancore.experiments.presets import PRESETS, Verdict
from gancore.experiments.statistics import wilson
from gancore.experiments.trial import FIGURES

RULE = Verdict("captured", "at_most", 4, "collapsed", of=3, seeds=4)
values = st.lists(st.none() | st.floats(0, 8) | st.just(math.nan) | st.just(math.inf), min_size=1, max_size=20)


@given(values, st.integers(0, 3000), st.integers(1, 2000))
def test_a_verdict_is_given_at_the_claim_s_length_or_where_every_seed_has_diverged(seen, step, length):
    found = judge(RULE, {"captured": seen}, step=step, length=length)
    finite = [value for value in seen if value is not None and math.isfinite(value)]
    assert found.final == (step >= length or not finite)
    assert (found.interval is None) == (found.holds is None) == (not found.final)
    assert (RULE.word in found.sentence) == ("interval" in found.sentence) == found.final
    assert ("so far" in found.sentence) == (f"step {length:,}" in found.pending) == (not found.final)


@given(values)
def test_a_seed_counts_where_the_rule_holds_of_it_and_one_that_diverged_never(seen):
    found = judge(RULE, {"captured": seen}, step=9, length=9)
    for value, counts in zip(seen, found.counted, strict=True):
        diverged = value is None or not math.isfinite(value)
        assert counts is (None if diverged else value <= 4)
    assert (found.count, found.of) == (sum(counts is True for counts in found.counted), len(seen))
    assert found.interval == wilson(found.count, found.of)
    assert found.sentence.startswith(f"{found.count} of {found.of} collapsed (95 % interval")
    lost = found.counted.count(None)
    assert found.sentence.endswith(f"; {lost} diverged" if lost else ")")


@pytest.mark.parametrize(("count", "holds"), [(0, False), (5, False), (6, True), (8, True)])
def test_a_claim_holds_where_its_share_of_the_seeds_counts(count, holds):
    found = judge(RULE, {"captured": [1.0] * count + [8.0] * (8 - count)}, step=9, length=9)
    assert found.holds is holds  # three of four, of eight


def test_before_the_verdict_figures_are_counted_in_the_words_of_the_figure():
    found = judge(RULE, {"captured": [1, 2, 8, None]}, step=28, length=2000)
    assert found.sentence == "2 of 4 so far: captured modes ≤ 4; 1 diverged"
    assert found.pending == "No verdict before step 2,000."
    rule = Verdict("transport", "at_least", 1.5, "stalled", of=3, seeds=4)
    assert judge(rule, {"transport": [2.0]}, step=1, length=9).sentence == "1 of 1 so far: transport ≥ 1.5"


def test_over_an_earlier_moment_it_is_said_of_which_step_the_verdict_is():
    assert judge(RULE, {"captured": [1]}, step=2800, length=9).earlier == "The verdict is of step 2,800."


def test_nothing_is_judged_by_no_values():
    with pytest.raises(ValueError, match="no values of captured; those of at least one seed"):
        judge(RULE, {"captured": []}, step=1, length=1)


def test_what_is_asked_for_as_well_has_to_hold_too():
    rule = Verdict("captured", "at_least", 7, "covered", of=1, seeds=4, also=("high_quality", 0.6))
    figures = {"captured": [8, 8, 6, 8], "high_quality": [0.6, 0.59, 0.9, None]}
    assert looked_at(rule) == ("captured", "high_quality")
    found = judge(rule, figures, step=9, length=9)
    assert found.counted == (True, False, False, None)
    early = judge(rule, figures, step=8, length=9)
    assert early.sentence == "1 of 4 so far: captured modes ≥ 7, high quality ≥ 60%; 1 diverged"
    with pytest.raises(ValueError, match="no values of high_quality"):
        judge(rule, {"captured": [8.0]}, step=9, length=9)


@pytest.mark.parametrize("name", [name for name, preset in PRESETS.items() if preset.verdict])
def test_every_claim_can_be_spoken_of_before_its_end(name):
    rule = PRESETS[name].verdict
    figures = {each: [0.5] * 2 for each in looked_at(rule)}
    figures |= {rule.metric: [rule.limit] * 2} | ({rule.also[0]: [rule.also[1]] * 2} if rule.also else {})
    length = PRESETS[name].config.steps
    for step in (0, 28, length - 1):
        found = judge(rule, figures, step=step, length=length)
        assert found.sentence.startswith(f"2 of 2 so far: {FIGURES[rule.metric]} ")
        assert found.pending == f"No verdict before step {length:,}."
        assert (found.interval, found.holds) == (None, None)
        assert all(words not in found.sentence for words in (rule.word, rule.otherwise, rule.good_words, "interval"))
    assert judge(rule, figures, step=length, length=length).sentence.startswith(f"2 of 2 {rule.word} (95 % interval")
