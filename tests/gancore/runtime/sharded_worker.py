"""A worker that trains every run in two processes, whether that is faster or not."""

from gancore.runtime.worker import main, make_trainer


def make_game(config, seeds, device, progress=None):
    game = make_trainer(config, seeds, device, progress)
    if len(seeds) > 1:
        game.split(2)
    return game


if __name__ == "__main__":
    main(make_game)
