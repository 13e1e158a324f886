"""A worker that trains every run in two processes, whether that is faster or not."""

import torch

from gancore.runtime.sharding import ShardedTrainer
from gancore.runtime.worker import main
from gancore.training.trainer import Trainer


class InTwo(ShardedTrainer):
    def scene(self):
        """What is asked last before it trains: a state has been taken up by then."""
        if len(self.seeds) > 1:
            self.split(2)
        return super().scene()


def make_game(config, seeds, device, progress=None):
    torch.set_num_threads(1)
    return InTwo(Trainer(config, seeds, device))


if __name__ == "__main__":
    main(make_game)
