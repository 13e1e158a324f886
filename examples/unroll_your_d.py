"""Unrolling in a loop of your own: the generator is trained against the discriminator that its step will meet.

Metz et al. 2017, eq. 6–9: D takes K differentiable steps of its own, and G's gradient runs through all of them.
`unroll` takes any state; here it is the dict of an nn.Module's parameters.
"""

import torch
from torch import nn
from torch.func import functional_call

from gancore import unroll
from gancore.methods.losses import minimax_d, minimax_g


def network(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, outputs))


def ring(n: int) -> torch.Tensor:
    """Points (n, 2) on eight narrow Gaussians."""
    angle = torch.randint(8, (n,)) * torch.pi / 4
    return 2 * torch.stack([angle.cos(), angle.sin()], 1) + 0.05 * torch.randn(n, 2)


def main(steps: int = 1000, looks_ahead: int = 5) -> float:
    """Trains both players; returns the mean distance of generated points from the ring's radius."""
    torch.manual_seed(0)
    g, d = network(8, 2), network(2, 1)
    g_adam, d_adam = torch.optim.Adam(g.parameters(), 1e-3), torch.optim.Adam(d.parameters(), 1e-3)
    for _ in range(steps):
        real, fake = ring(128), g(torch.randn(128, 8))

        def d_loss(params: dict[str, torch.Tensor], real: torch.Tensor = real, fake: torch.Tensor = fake):
            return minimax_d(functional_call(d, params, real), functional_call(d, params, fake)).mean()

        def d_step(params: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
            gradients = torch.autograd.grad(d_loss(params), list(params.values()), create_graph=True)
            return {name: p - 0.1 * grad for (name, p), grad in zip(params.items(), gradients, strict=True)}

        met = unroll(dict(d.named_parameters()), d_step, looks_ahead)  # the D that this step of G will meet
        g_adam.zero_grad()
        minimax_g(functional_call(d, met, fake)).mean().backward()
        g_adam.step()

        d_adam.zero_grad()
        minimax_d(d(real), d(fake.detach())).mean().backward()
        d_adam.step()
    return (g(torch.randn(1000, 8)).norm(dim=1) - 2).abs().mean().item()


if __name__ == "__main__":
    print(f"Mean distance from the ring: {main():.2f}")
