"""Dynamics near the equilibrium: Jacobian and step matrix in closed form, their eigenvalues, and the rate."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from gancore.theory.dirac.methods import GAMES
from gancore.theory.dirac.setting import Setting
from gancore.theory.dirac.steps import schedule

__all__ = ["critical", "eigenvalues", "jacobian", "rate", "step_eigenvalues", "step_matrix"]

Array = NDArray[np.float64]


def jacobian(setting: Setting) -> Array | None:
    """(2, 2), the derivative of the velocity at (0, 0). None for WGAN-GP, whose field jumps there (unless λ = 0)."""
    if setting.method == "wasserstein_gp" and setting.penalty > 0:
        return None
    turn, g, d = _coefficients(setting)
    return np.array([[-g, turn], [-turn, -d]])


def eigenvalues(setting: Setting) -> NDArray[np.complex128] | None:
    """(2,) of the continuous dynamics at the equilibrium, the one with the larger imaginary part first (the larger
    real part, where both are real). None as for `jacobian`. Mescheder et al. 2018, sections 2 and 3.

    For optimistic and extra-gradient steps, which have no continuous dynamics, those of the plain game.
    """
    if jacobian(setting) is None:
        return None
    turn, g, d = _coefficients(setting)
    # λ = -(g + d)/2 ± √((g - d)²/4 - a²)
    root = np.sqrt(complex((g - d) ** 2 / 4 - turn**2))
    return np.array([-(g + d) / 2 + root, -(g + d) / 2 - root])


def critical(setting: Setting) -> float | None:
    """The value of the method's knob from which on the continuous eigenvalues are real: no more turning. Or None."""
    match setting.method:
        case "instance_noise":
            return float(np.sqrt(2))  # σ² = 2
        case "r1" | "r2":
            return 1.0
        case "roth":
            return 2.0
        case _:
            return None


def step_matrix(setting: Setting) -> Array | None:
    """The discrete step as it is really taken, linearised at the equilibrium; None as for `jacobian`.

    (2, 2) on (θ, ψ); (4, 4) for optimism, on (θ, ψ) and the velocities with which they moved last.
    """
    j = jacobian(setting)
    if j is None:
        return None
    move = MATRICES[GAMES[setting.game][setting.method].move]
    matrix, *later = (move(setting.h, j, np.diag(sizes)) for sizes in schedule(setting))
    for other in later:
        matrix = other @ matrix
    return matrix


def step_eigenvalues(setting: Setting) -> NDArray[np.complex128] | None:
    """(2,), or (4,) for optimism: eigenvalues of `step_matrix`, the largest |λ| first. The step shrinks if that is
    below 1."""
    matrix = step_matrix(setting)
    if matrix is None:
        return None
    found = np.linalg.eigvals(matrix).astype(np.complex128)
    return found[np.lexsort((-found.imag, -found.real, -np.abs(found).round(12)))]


def rate(setting: Setting) -> float | None:
    """log |λ| of the largest step eigenvalue: what is added to the log of the radius in a step (negative: shrinks).

    -inf where the step lands on the equilibrium exactly; None as for `jacobian`.
    """
    found = step_eigenvalues(setting)
    if found is None:
        return None
    with np.errstate(divide="ignore"):
        return float(np.log(np.abs(found).max()))


def gradient_matrix(h: float, j: Array, sizes: Array) -> Array:
    # w ← (I + E J) w, with E = diag(h, h), or 0 for the player that waits
    return np.eye(2) + sizes @ j


def optimistic_matrix(h: float, j: Array, sizes: Array) -> Array:
    # w ← w + E (2 J w - m),  m ← E/h J w + (I - E/h) m
    moves = sizes / h
    return np.block([[np.eye(2) + 2 * sizes @ j, -sizes], [moves @ j, np.eye(2) - moves]])


def extragradient_matrix(h: float, j: Array, sizes: Array) -> Array:
    # w ← w + E J (w + h J w)
    return np.eye(2) + sizes @ j @ (np.eye(2) + h * j)


MATRICES: dict[str, Callable[[float, Array, Array], Array]] = {
    "gradient": gradient_matrix,
    "clipped": gradient_matrix,  # near the equilibrium, inside the bound
    "optimistic": optimistic_matrix,
    "extragradient": extragradient_matrix,
}


def _coefficients(setting: Setting) -> tuple[float, float, float]:
    """a, g, d of the Jacobian [[-g, a], [-a, -d]]: how fast it turns, and the damping of θ and of ψ."""
    turn = 0.5 if setting.logistic else 1.0  # σ(0) = ½
    match setting.method:
        case "instance_noise":
            return turn, 0.0, setting.sigma**2 / 2
        case "r1" | "r2":
            return turn, 0.0, setting.gamma
        case "roth":
            return turn, 0.0, setting.gamma / 2
        case "consensus":  # γ Jᵀ J
            return turn, setting.consensus * turn**2, setting.consensus * turn**2
        case _:
            return turn, 0.0, 0.0
