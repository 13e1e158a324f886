"""DiffAugment in a DCGAN of your own: three calls, and D no longer learns a hundred images by heart.

Zhao et al. 2020: T stands in D's step before real *and* generated images, and in G's step too. In D's step
alone D would judge something that G is never asked to make; on the reals alone G would learn to draw T's traces.
"""

import torch
from torch import nn

from gancore import diff_augment
from gancore.data.images import load_images, to_floats
from gancore.methods.losses import minimax_d, non_saturating_g

POLICY = "color,translation,cutout"


def generator() -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(32, 32 * 2 * 2), nn.Unflatten(1, (32, 2, 2)), nn.ReLU(),
        nn.ConvTranspose2d(32, 16, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(16, 1, 4, 2, 1), nn.Tanh(),
    )  # fmt: skip


def discriminator() -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(1, 32, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(32, 64, 4, 2, 1), nn.LeakyReLU(0.2),
        nn.Flatten(), nn.Linear(64 * 2 * 2, 1),
    )  # fmt: skip


def main(steps: int = 1500, policy: str = POLICY) -> tuple[float, float]:
    """Trains on a hundred digits; returns the shares of training and of held-out digits that D calls real."""
    torch.manual_seed(0)
    digits = load_images("digits")
    train, held_out = (torch.from_numpy(to_floats(part.pixels[:100])) for part in (digits.train, digits.held_out))
    g, d = generator(), discriminator()
    g_adam, d_adam = (torch.optim.Adam(net.parameters(), 1e-3, betas=(0.5, 0.999)) for net in (g, d))
    for _ in range(steps):
        real, fake = train[torch.randint(100, (32,))], g(torch.randn(32, 32))
        d_adam.zero_grad()
        seen, made = d(diff_augment(real, policy)), d(diff_augment(fake.detach(), policy))
        minimax_d(seen, made).mean().backward()
        d_adam.step()
        g_adam.zero_grad()
        non_saturating_g(d(diff_augment(fake, policy))).mean().backward()
        g_adam.step()
    with torch.no_grad():
        return float((d(train) > 0).float().mean()), float((d(held_out) > 0).float().mean())


if __name__ == "__main__":
    for chosen in ("", POLICY):
        known, new = main(policy=chosen)
        print(f"{chosen or 'no T'}: D calls {known:.0%} of its training digits real, and {new:.0%} of new ones")
