"""Hover texts of the exhibit's controls and figures."""

DATA = {
    "digits": "Handwritten digits, 8×8 pixels, ten classes",
    "shapes": "Drawn shapes, 32×32 pixels in colour; a class is a kind of shape",
}

PRESETS = {
    "real": ("real images", "Nothing is corrupted: what a perfect generator would be told (R)"),
    "one": ("one image a class", "Every class is one and the same image. Who notices?"),
    "noise": ("noise", "Normal noise on every pixel. Who notices, and how much?"),
    "copies": ("copies", "Every image is a copy of a training image. Who notices?"),
}

# The knobs: symbol, name, what is turned
KNOBS = {
    "n": ("n", "images", "Size of the sample. Compare figures of the same n only"),
    "noise": ("σ", "noise", "Width of the normal noise on every pixel; pixels run from −1 to 1"),
    "blur": ("b", "blur", "Width of the Gaussian blur, in pixels"),
    "classes": ("c", "classes left", "Only the first c classes are in the sample"),
    "variety": ("v", "images a class", "So many different images of each class, repeated to make up n"),
    "copies": ("q", "copies", "Share of the sample that is taken from the training set"),
    "colour": ("s", "shift of colour", "Red up by s, the others down by half of it; of grey images the brightness"),
}

TABS = {
    "scores": "scores",
    "formula": "formula",
    "classes": "p(y|x)",
    "bias": "bias in n",
    "neighbours": "neighbours",
}

# Each measure: name, what it is, how many digits or a share
MEASURES = {
    "score": (
        "score",
        "exp E KL(p(y|x) ‖ p(y)), the formula of the Inception Score on this network: 1 to the number of classes, more "
        "is better. Salimans et al. 2016",
    ),
    "fid": (
        "FD",
        "Fréchet distance of the features to those of real images, less is better: FID's formula on this network. "
        "Heusel et al. 2017",
    ),
    "kid": (
        "KID",
        "Kernel distance of the features, about 0 for real images; it can be negative. Bińkowski et al. 2018",
    ),
    "precision": (
        "precision",
        "Share of the sample that lies among the real images. Kynkäänniemi et al. 2019, eq. 2",
    ),
    "recall": ("recall", "Share of the real images that lie among the sample. Kynkäänniemi et al. 2019, eq. 2"),
    "memorised": (
        "memorised",
        "Share of the sample that lies near to one training image, and much nearer to it than to the next, each as "
        "only one in twenty held-out images does. A copy shifted by one pixel is not seen",
    ),
}
