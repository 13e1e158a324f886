"""Closed forms: the Dirac-GAN, and the best discriminator of two densities on a line."""
