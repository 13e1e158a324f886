"""Hover texts of the laboratory's controls: the formula, and the paper it is from."""

GAMES = {
    "dirac": (
        "Dirac-GAN",
        "One generated point θ, D(x) = ψx, data at 0: L_D = −log σ(0) − log(1 − σ(ψθ)). "
        "Mescheder et al. 2018, definition 2.1",
    ),
    "bilinear": (
        "bilinear ψθ",
        "G minimises −ψθ, D minimises ψθ: the plainest game of two players. Gidel et al. 2019, section 3",
    ),
}

UPDATES = {
    "simultaneous": "Both players step from the same point (with k > 1: D's first k − 1 steps alone)",
    "alternating": "D takes its k steps first, then G steps against the new D",
}

METHODS = {
    "plain": "θ′ = ψ, ψ′ = −θ: each player follows its own gradient",
    "minimax": "G minimises log(1 − σ(ψθ)): θ′ = ψσ(ψθ), ψ′ = −θσ(ψθ). Goodfellow et al. 2014, eq. 1",
    "non_saturating": "G minimises −log σ(ψθ): θ′ = ψσ(−ψθ), ψ′ = −θσ(ψθ). Goodfellow et al. 2014, section 3",
    "wasserstein_clip": "θ′ = ψ, ψ′ = −θ, then |ψ| ≤ c. Arjovsky, Chintala & Bottou 2017, algorithm 1",
    "wasserstein_gp": "L_D = ψθ + λ(|ψ| − 1)²: the slope is held at 1, not at 0. Gulrajani et al. 2017, eq. 3",
    "instance_noise": "Both players see x + σε. Sønderby et al. 2017; Arjovsky & Bottou 2017",
    "r1": "L_D + γ/2·ψ²: D's slope at real points is penalised. Mescheder et al. 2018, eq. 9",
    "r2": "L_D + γ/2·ψ²: D's slope at generated points; the same here, D is a line. Mescheder et al. 2018, eq. 10",
    "roth": "L_D + γ/2·[(1 − σ(s_r))² + σ(s_f)²]·ψ²: what little noise adds to the best D's loss. Roth et al. 2017",
    "consensus": "Both players also descend γ/2·‖v‖², v the velocity of both. Mescheder et al. 2017",
    "optimistic": "w ← w + h(2v_t − v_{t−1}): each step corrects the last. Daskalakis et al. 2018",
    "extragradient": "Look ahead, w′ = w + hv(w), then w ← w + hv(w′). Korpelevich 1976; Gidel et al. 2019",
}

# The knobs: symbol, name, what is turned
KNOBS = {
    "h": ("h", "step size", "Both players move by h times their velocity, w ← w + h·v(w)"),
    "k": ("k", "D steps", "Steps of D before each step of G. Goodfellow et al. 2014, algorithm 1"),
    "sigma": ("σ", "instance noise", "Width of the noise on real and generated points; real eigenvalues from σ² = 2"),
    "gamma": ("γ", "gradient penalty", "Weight γ/2 of the penalty on D's slope, in R1, R2 and Roth et al."),
    "penalty": ("λ", "gradient penalty", "Weight λ of (|ψ| − 1)² in WGAN-GP"),
    "clip": ("c", "clipping", "D's parameter is held in −c ≤ ψ ≤ c after each step"),
    "consensus": ("γ", "consensus", "Weight of γ/2·‖v‖² in both players' losses"),
}
