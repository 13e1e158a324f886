"""What the lectures say of the Inception Score and the Fréchet distance, on features and a classifier made for it."""

import numpy as np
import pytest

from gancore.metrics import frechet_from_features, inception_score, nearest_neighbours, precision_recall

CLASSES, DIMENSIONS, N = 10, 24, 1000
CENTRES = 4 * np.random.default_rng(0).normal(size=(CLASSES, DIMENSIONS))


def images(seed, n=N):
    """Features of n images, as many of each class, in random order."""
    rng = np.random.default_rng(seed)
    return (np.repeat(CENTRES, n // CLASSES, axis=0) + rng.normal(size=(n, DIMENSIONS)))[rng.permutation(n)]


def logits(features):
    """Of the best classifier there is: log p(y|x) for unit Gaussians about the centres, up to a constant."""
    return -0.5 * np.square(features[:, None] - CENTRES).sum(2)


def score(features):
    return inception_score(logits(features), splits=1).mean


def distance(features):
    return frechet_from_features(features, REAL).distance


REAL = images(1)
ONE_A_CLASS = np.tile(images(3)[[logits(images(3))[:, label].argmax() for label in range(CLASSES)]], (N // CLASSES, 1))


def test_one_image_a_class_fools_the_inception_score():
    assert len(np.unique(ONE_A_CLASS, axis=0)) == CLASSES
    assert score(ONE_A_CLASS) == pytest.approx(CLASSES, rel=1e-3)
    assert score(ONE_A_CLASS) >= score(REAL)


def test_the_frechet_distance_is_not_fooled_by_it():
    fresh, repeated = distance(images(4)), distance(ONE_A_CLASS)
    assert repeated > 10 * fresh
    # Each class has lost its unit spread, in every direction that does not tell classes apart: (1 - 0)² each.
    assert repeated > DIMENSIONS - CLASSES + 1
    # The other measures see it too.
    assert precision_recall(ONE_A_CLASS, REAL).recall < 0.1 < 0.6 < precision_recall(images(4), REAL).recall


def test_the_frechet_distance_answers_to_noise_gradually():
    # Noise whose sample, too, is of unit covariance and unrelated to the images: what is orthogonal to them and to 1.
    taken = np.linalg.qr(np.column_stack([np.ones(N), REAL]))[0]
    noise = np.random.default_rng(5).normal(size=(N, DIMENSIONS))
    noise = np.sqrt(N - 1) * np.linalg.qr(noise - taken @ (taken.T @ noise))[0]
    sigmas = np.linspace(0, 3, 13)
    found = np.array([distance(REAL + sigma * noise) for sigma in sigmas])
    steps = np.diff(found)
    assert (steps > 0).all()
    assert steps.max() < 3 * found[-1] / len(steps)  # no jump
    # Width σ makes of eigenvalues λ of the covariance λ + σ²: Σ (√(λ + σ²) - √λ)²
    eigenvalues = np.linalg.eigvalsh(np.cov(REAL, rowvar=False))
    for sigma, value in zip(sigmas, found, strict=True):
        expected = np.square(np.sqrt(eigenvalues + sigma**2) - np.sqrt(eigenvalues)).sum()
        assert value == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_the_inception_score_does_not_see_the_real_images_at_all():
    # A generator that has learnt the wrong thing: clear, varied and far from every real image.
    away = images(4) + 30 * np.linalg.svd(CENTRES - CENTRES.mean(0))[2][-1]
    assert score(away) == pytest.approx(score(images(4)), rel=0.01)
    assert distance(away) == pytest.approx(30**2, rel=0.02)


def test_fewer_classes_lower_the_score_and_raise_the_distance():
    labels = logits(images(4)).argmax(1)
    kept = [images(4)[labels < held] for held in (10, 7, 4, 1)]
    scores, distances = [score(each) for each in kept], [distance(each) for each in kept]
    assert scores == sorted(scores, reverse=True)
    assert distances == sorted(distances)
    assert scores[-1] == pytest.approx(1, abs=0.01)


def test_copies_of_the_training_set_are_found_by_their_neighbours_alone():
    copies, held_out = REAL[::2], images(6)
    assert distance(copies) < 2 * distance(held_out[::2])
    assert nearest_neighbours(copies, REAL, 1).distances.max() == 0
    assert nearest_neighbours(held_out, REAL, 1).distances.min() > 1
