import pytest

from gancore.experiments.statistics import share_sentence, wilson


@pytest.mark.parametrize(("successes", "n"), [(0, 16), (14, 16), (16, 16), (1, 1), (500, 1000)])
@pytest.mark.parametrize(("confidence", "z"), [(0.95, 1.959963984540054), (0.99, 2.5758293035489004)])
def test_wilson_by_its_formula(successes, n, confidence, z):
    # (p̂ + z²/2n ± z √(p̂(1-p̂)/n + z²/4n²)) / (1 + z²/n)
    share = successes / n
    middle = share + z * z / (2 * n)
    half = z * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    expected = [(middle + sign * half) / (1 + z * z / n) for sign in (-1, 1)]
    assert wilson(successes, n, confidence) == pytest.approx(expected, abs=1e-9)


def test_it_holds_the_share_and_narrows_with_more_seeds():
    widths = []
    for n in (4, 16, 64, 256):
        low, high = wilson(3 * n // 4, n)
        assert 0 <= low < 0.75 < high <= 1
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)


def test_the_sentence():
    assert share_sentence(14, 16, "collapsed") == "14 of 16 collapsed (95 % interval 64–97 %)"


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (3, 2), (-1, 4)])
def test_what_is_no_share_is_refused(successes, n):
    with pytest.raises(ValueError, match=f"{successes} of {n} is no share"):
        wilson(successes, n)


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_what_is_no_confidence_is_refused(confidence):
    with pytest.raises(ValueError, match=f"confidence is {confidence}"):
        wilson(1, 2, confidence)
