"""Sixteen seeds in one call: luck or a rule?

Every tensor has a replica axis in front; replica i is the run of seed i. A rule says which seeds count, and the
interval says what sixteen of them are worth.
"""

import torch

from gancore import PRESETS, Trainer
from gancore.experiments.claims import judge, looked_at
from gancore.experiments.statistics import share_sentence

torch.set_num_threads(1)  # small networks train many times slower on two


def main(name: str = "ring-chase", steps: int | None = None, seeds: int = 16) -> str:
    """Trains a preset for many seeds, and says what came of its claim."""
    preset = PRESETS[name]
    assert preset.verdict is not None
    config = preset.config if steps is None else preset.config.changed(steps=steps)
    trainer = Trainer(config, seeds=range(1000, 1000 + seeds))
    trainer.advance(config.steps)
    scalars = trainer.snapshot(measure=True).scalars
    figures = {each: [float(value) for value in scalars[each]] for each in looked_at(preset.verdict)}
    judged = judge(preset.verdict, figures, step=trainer.step, length=config.steps)
    return share_sentence(judged.count, judged.of, preset.verdict.word)


if __name__ == "__main__":
    print(main())
