"""Several generators against mode collapse: trained at once (MAD-GAN), or grown one after the other (AdaGAN).

mad_gan   the generators' own axis, and the discriminator of k+1 classes
adagan    the weights of generators and of data points, in numpy alone
growth    AdaGAN's mixture as it grows: its training set, its classifier, its parts
"""
