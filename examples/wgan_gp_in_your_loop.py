"""WGAN-GP in a loop of your own: the loss and the penalty are pure functions, the networks are yours.

Gulrajani et al. 2017, eq. 3. The library's functions have a replica axis in front, (R, B, F); one GAN is R = 1.
"""

import torch
from torch import nn

from gancore.methods.losses import wasserstein_d, wasserstein_g
from gancore.methods.penalties import gradient_penalty

WEIGHT = 0.1  # λ on points of the plane; 10 on images, as in the paper
CRITIC_STEPS = 5


def network(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, outputs))


def two_moons(n: int) -> torch.Tensor:
    """Points (n, 2) on two arcs."""
    angle, upper = torch.pi * torch.rand(n), torch.rand(n) < 0.5
    x = torch.where(upper, angle.cos(), 1 - angle.cos())
    y = torch.where(upper, angle.sin(), 0.5 - angle.sin())
    return torch.stack([x, y], 1) + 0.05 * torch.randn(n, 2)


def main(steps: int = 500) -> float:
    """Trains both players; returns the critic's last estimate of the Wasserstein distance."""
    torch.manual_seed(0)
    g, critic = network(2, 2), network(2, 1)
    g_adam = torch.optim.Adam(g.parameters(), 1e-3, betas=(0.5, 0.9))
    d_adam = torch.optim.Adam(critic.parameters(), 1e-3, betas=(0.5, 0.9))
    distance = torch.zeros(())
    for _ in range(steps):
        for _ in range(CRITIC_STEPS):
            real, fake = two_moons(128), g(torch.randn(128, 2)).detach()
            distance = -wasserstein_d(critic(real), critic(fake)).mean()
            mix = torch.rand(1, 128, 1)  # one α a sample
            penalty = gradient_penalty(critic, real[None], fake[None], mix).mean()
            d_adam.zero_grad()
            (WEIGHT * penalty - distance).backward()
            d_adam.step()
        g_adam.zero_grad()
        wasserstein_g(critic(g(torch.randn(128, 2)))).mean().backward()
        g_adam.step()
    return distance.item()


if __name__ == "__main__":
    print(f"W of data and generator, by the critic: {main():.2f}")
