"""The Dirac-GAN laboratory: two players with one parameter each, and everything about them in closed form.

The data sit at 0, the generator draws the single point θ, and the discriminator is the straight line s(x) = ψ x
(Mescheder et al. 2018, definition 2.1). The only equilibrium is θ = ψ = 0. Beside it the bilinear game ψ θ, which is
the same without the logistic function. A point of the plane is an array (…, 2): θ first, then ψ; both players minimise.

`methods` holds every method's losses and field, `steps` the discrete steps that a computer takes, `linear` their
eigenvalues at the equilibrium, `survey` what comes of it all.
"""

from gancore.theory.dirac.linear import critical, eigenvalues, jacobian, rate, step_eigenvalues, step_matrix
from gancore.theory.dirac.methods import BILINEAR, GAMES, METHODS, Method, losses, velocity
from gancore.theory.dirac.setting import BOUNDS, UPDATES, Setting
from gancore.theory.dirac.steps import flow, trajectory
from gancore.theory.dirac.survey import Outcome, Row, judged, near, outcome, simulated_rate, steps_to_see, survey

__all__ = [
    "BILINEAR",
    "BOUNDS",
    "GAMES",
    "METHODS",
    "UPDATES",
    "Method",
    "Outcome",
    "Row",
    "Setting",
    "critical",
    "eigenvalues",
    "flow",
    "jacobian",
    "judged",
    "losses",
    "near",
    "outcome",
    "rate",
    "simulated_rate",
    "step_eigenvalues",
    "step_matrix",
    "steps_to_see",
    "survey",
    "trajectory",
    "velocity",
]
