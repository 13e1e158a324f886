"""The repair of a failed run."""

from gancore.config import RunConfig
from gancore.runtime.run import Run
from ui.shared.words import field_text


def repaired(run: Run, base: RunConfig) -> tuple[RunConfig, str]:
    """The config to run instead of one that failed, and the words on its button.

    A run that died, or hangs, is run again. One that diverged gets the learning rates of its preset back, or, where it
    has them already, a tenth of them.
    """
    config = run.config
    if run.silent:
        return config, "End it, and run it again"
    if run.state != "diverged":
        return config, "Run it again"
    rates = {name: getattr(base, name) for name in ("d_lr", "g_lr") if getattr(config, name) != getattr(base, name)}
    if not rates:
        rates = {name: getattr(config, name) / 10 for name in ("d_lr", "g_lr")}
    said = " and ".join(field_text(name, value) for name, value in rates.items())
    return config.changed(**rates), f"Rewind with {said}"
